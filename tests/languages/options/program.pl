use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;

use CloudBackupJobs;

my $client = CloudBackupJobs::Client->new(base_url => $ARGV[0], access_token => 'of-the-options', location => undef,
    max_retries => 0, timeout_ms => 20_000, trust => 'bundled');
print $client->get_job('FB1')->state_text, "\n";
CloudBackupJobs::Client->new(base_url => 'http://192.0.2.1', allow_http => 1);
for my $wrong ([ timeout => 5 ], [ max_retries => -1 ], [ client_secret_file => '/nonexistent/x' ], [ timeout_ms => 0 ]) {
    eval { CloudBackupJobs::Client->new(@$wrong) };
    print "$@->{status_name} $@\n";
}
