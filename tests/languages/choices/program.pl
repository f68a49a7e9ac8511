use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;

use CloudBackupJobs;

my $client = CloudBackupJobs::Client->new;
$client->list_jobs(since => undef, job_type => 'backup', object_type => 'Exchange Online', state => 'finished_with_exception');
$client->summarize_jobs(since => undef, job_type => 1, object_type => 1, state => 4);
for my $wrong ([ state => 4294967299 ], [ job_type => 4294967296 ], [ object_type => '4294967297' ], [ state => 'lost' ]) {
    eval { $client->list_jobs(@$wrong); 1 } ? print "was not refused: @$wrong\n" : print $@;
}
