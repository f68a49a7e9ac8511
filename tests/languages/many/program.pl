use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;

use CloudBackupJobs;

sub failed {
    my ($call) = @_;
    return 'did not fail' if eval { $call->(); 1 };
    return ref $@ ? $@->{status_name} : $@;
}

sub yes { my ($answer) = @_; return !defined $answer ? 'nil' : $answer ? 'true' : 'false' }

printf "%s %s %d\n", CloudBackupJobs::job_type_name(CloudBackupJobs::JOB_TYPE_BACKUP),
    CloudBackupJobs::object_type_name(CloudBackupJobs::object_type_number('Exchange Online')),
    CloudBackupJobs::job_type_number('restore');
printf "%s %s %s\n", CloudBackupJobs::version(), map { yes(CloudBackupJobs::has_feature($_)) } qw(certificate x);

my $job = CloudBackupJobs::Job->parse($ARGV[1]);
printf "%s %s %s %d [%s] %s %s\n", $job->id, $job->duration_text, $job->trace_id, $job->response_time,
    join(', ', map { yes($_->{has_code}) } @{ $job->errors }), yes($job->is_terminal),
    yes($job->has_error_list);
printf "%s\n%s\n", $job->json, failed(sub { CloudBackupJobs::Job->parse('{') });

my $client = CloudBackupJobs::Client->new;
for my $wrong (
    sub { CloudBackupJobs::job_type_number('nonsense') },
    sub { $client->list_jobs(page_size   => 1001) },
    sub { $client->list_jobs(max_jobs    => 0) },
    sub { $client->list_jobs(object_type => -1) },
    sub { $client->set_timeout_ms(0) },
    sub { $client->list_jobs(state => 'lost') },
    )
{
    my $failure = failed($wrong);
    print $failure =~ /there is no|is not allowed/ ? 'refused ' : "$failure\n";
}
print "\n";

my $jobs = $client->list_jobs(
    since => 1795129200, until => 1795141800, job_type => 'backup', object_type => CloudBackupJobs::OBJECT_TYPE_ONEDRIVE,
    state => 'failed', location => 'EUR', page_size => 2, max_jobs => 3
);
my @found;
my $read = sub {
    while (my $job = <$jobs>) { push @found, $job->id }
};
my $failure = failed($read);
push @found, $failure;
$read->();
printf "%s %d %s %s\n", "@found", $jobs->total_count, yes($jobs->is_complete), $jobs->missing_count // 'nil';

$jobs = $client->list_jobs(since => undef);
printf "%s %d %s %s\n", $jobs->()->id, $jobs->total_count, yes($jobs->is_complete), $jobs->missing_count // 'nil';

my $summary = $client->summarize_jobs(since => undef);
printf "%s %d %d %s %d %d %s %s %s\n", $summary->latest_in_state('failed')->id, $summary->count_in_state('failed'),
    $summary->count_in_state('partially_finished'), $summary->latest_in_state('partially_finished') // 'nil', $summary->count,
    $summary->total_count, yes($summary->is_complete), $summary->missing_count // 'nil', yes($summary->latest_in_state('failed')->has_error_list);

$client->set_access_token('second');
printf "%s\n", $client->get_job('FB1')->state_text;
my $other = $client->share;
$other->set_timeout_ms(300);
printf "%s\n", failed(sub { $other->get_job('FB1') });
printf "%s\n", $client->get_job('FB1')->state_text;
printf "%s\n", failed(sub { $client->wait_job('FB1', interval_ms => 20, timeout_ms => 200) });
printf "%s\n", CloudBackupJobs::Client->from_file($ARGV[0], max_retries => 0)->get_job('FB1')->id;
