use strict;
use threads;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Scalar::Util qw(blessed);

use CloudBackupJobs;

my $client = CloudBackupJobs::Client->new;
my $jobs   = $client->list_jobs(since => undef);

# A thread has no copies of them, which its end would free, and makes a client of its own.
my $thread = threads->create(
    sub {
        print blessed($_) // 'nothing', "\n" for $client, $jobs;
        print CloudBackupJobs::Client->new->list_jobs(since => undef)->()->id, "\n";
    }
);
$thread->join;

# In scalar context <> reads one job, and in list context the rest, to the end or a failure.
my $first = <$jobs>;
my @rest  = eval { <$jobs> };
print $first->id, " @rest ", $@->{status_name}, "\n";
@rest = <$jobs>;
print join(' ', map { $_->id } @rest), "\n";
print scalar(() = <$jobs>), ' ', scalar(<$jobs>) // 'undef', "\n";
