#!/usr/bin/perl
# Prints a backup job by way of the C library cloudbackupjobs, called through FFI::Platypus.
#
#     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... perl job_report.pl JOB_ID
#
# The packages are made to be copied; the program is at the end. A failed call dies with a CloudBackupJobs::Error. Options
# beside the environment's are a hash:
#
#     CloudBackupJobs::Client->new(data_center => 'us', client_id => '...', client_secret_file => '/run/secrets/cbj', timeout_ms => 5000)
#
# The system's loader looks for the library; LD_LIBRARY_PATH names other folders. Ctrl-C ends the program at once, but a
# handler in %SIG runs after the call.

use strict;
use warnings;

package CloudBackupJobs;

use Encode qw(decode encode);
use FFI::Platypus 2.00;

# As the system's loader finds it.
my $ffi = FFI::Platypus->new(api => 2, lib => 'libcloudbackupjobs.so.1');
# begin generated: declarations
$ffi->attach(cbj_status_name => ['sint32'] => 'string');
$ffi->attach(cbj_error_message => ['opaque'] => 'string');
$ffi->attach(cbj_error_http_status => ['opaque'] => 'sint32');
$ffi->attach(cbj_error_request_id => ['opaque'] => 'string');
$ffi->attach(cbj_error_trace_id => ['opaque'] => 'string');
$ffi->attach(cbj_error_retry_after_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_error_is_retryable => ['opaque'] => 'sint32');
$ffi->attach(cbj_error_detail_count => ['opaque'] => 'size_t');
$ffi->attach(cbj_error_detail_code => ['opaque', 'size_t'] => 'string');
$ffi->attach(cbj_error_detail_field => ['opaque', 'size_t'] => 'string');
$ffi->attach(cbj_error_detail_message => ['opaque', 'size_t'] => 'string');
$ffi->attach(cbj_error_free => ['opaque'] => 'void');
$ffi->attach(cbj_config_new => [] => 'opaque');
$ffi->attach(cbj_config_free => ['opaque'] => 'void');
$ffi->attach(cbj_config_load_env => ['opaque', 'opaque*'] => 'sint32');
$ffi->attach(cbj_config_set_option => ['opaque', 'string', 'string', 'opaque*'] => 'sint32');
$ffi->attach(cbj_client_new => ['opaque', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_client_free => ['opaque'] => 'void');
$ffi->attach(cbj_client_get_job => ['opaque', 'string', 'string', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_job_free => ['opaque'] => 'void');
$ffi->attach(cbj_job_id => ['opaque'] => 'string');
$ffi->attach(cbj_job_state => ['opaque'] => 'sint32');
$ffi->attach(cbj_job_state_text => ['opaque'] => 'string');
$ffi->attach(cbj_job_start_time_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_finish_time_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_start_time_text => ['opaque'] => 'string');
$ffi->attach(cbj_job_finish_time_text => ['opaque'] => 'string');
$ffi->attach(cbj_job_elapsed_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_duration_hours => ['opaque'] => 'double');
$ffi->attach(cbj_job_total_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_failed_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_successful_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_skipped_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_error_count => ['opaque'] => 'size_t');
$ffi->attach(cbj_job_error_message => ['opaque', 'size_t'] => 'string');
$ffi->attach(cbj_job_error_url => ['opaque', 'size_t'] => 'string');
$ffi->attach(cbj_job_error_occurrences => ['opaque', 'size_t'] => 'sint64');
$ffi->attach(cbj_job_request_id => ['opaque'] => 'string');
# end generated

# begin generated: states
use constant STATES =>
    qw(unknown in_progress finished failed finished_with_exception partially_finished);
# end generated

# Text of C, which is UTF-8.
sub text { my ($found) = @_; return defined $found ? decode('UTF-8', $found) : undef }

sub count { my ($number) = @_; return $number < 0 ? undef : $number }

# Seconds since 1970, as gmtime takes them, rounded downwards.
sub seconds {
    my ($ms) = @_;
    use integer;
    return undef if $ms == -9223372036854775807 - 1;
    return $ms / 1000 - ($ms % 1000 < 0 ? 1 : 0);
}

# Text for C, which would end it at a NUL.
sub text_in {
    my ($name, $value) = @_;
    return undef if !defined $value;
    die "$name holds a NUL\n" if index($value, "\0") >= 0;
    return encode('UTF-8', $value);
}

package CloudBackupJobs::Error;

use overload '""' => sub { $_[0]{message} }, fallback => 1;

# Copies the error out of its handle, which is freed.
sub new {
    my ($class, $status, $handle) = @_;
    my $self = bless {
        status         => $status,
        status_name    => CloudBackupJobs::cbj_status_name($status),
        message        => CloudBackupJobs::text(CloudBackupJobs::cbj_error_message($handle)),
        http_status    => CloudBackupJobs::cbj_error_http_status($handle) || undef,
        request_id     => CloudBackupJobs::text(CloudBackupJobs::cbj_error_request_id($handle)),
        trace_id       => CloudBackupJobs::text(CloudBackupJobs::cbj_error_trace_id($handle)),
        retry_after_ms => CloudBackupJobs::count(CloudBackupJobs::cbj_error_retry_after_ms($handle)),
        is_retryable   => CloudBackupJobs::cbj_error_is_retryable($handle) == 1,
    }, $class;
    $self->{details} = [
        map {
            {
                code    => CloudBackupJobs::text(CloudBackupJobs::cbj_error_detail_code($handle, $_)),
                field   => CloudBackupJobs::text(CloudBackupJobs::cbj_error_detail_field($handle, $_)),
                message => CloudBackupJobs::text(CloudBackupJobs::cbj_error_detail_message($handle, $_)),
            }
        } 0 .. CloudBackupJobs::cbj_error_detail_count($handle) - 1
    ];
    CloudBackupJobs::cbj_error_free($handle);
    return $self;
}

package CloudBackupJobs::Job;

# Copies the job out of its handle, which is freed. What the service did not send is undef.
sub new {
    my ($class, $handle) = @_;
    my $hours = CloudBackupJobs::cbj_job_duration_hours($handle);
    my $self = bless {
        id               => CloudBackupJobs::text(CloudBackupJobs::cbj_job_id($handle)),
        state            => (CloudBackupJobs::STATES)[ CloudBackupJobs::cbj_job_state($handle) ] // 'unknown',
        state_text       => CloudBackupJobs::text(CloudBackupJobs::cbj_job_state_text($handle)),
        start_time       => CloudBackupJobs::seconds(CloudBackupJobs::cbj_job_start_time_ms($handle)),
        finish_time      => CloudBackupJobs::seconds(CloudBackupJobs::cbj_job_finish_time_ms($handle)),
        start_time_text  => CloudBackupJobs::text(CloudBackupJobs::cbj_job_start_time_text($handle)),
        finish_time_text => CloudBackupJobs::text(CloudBackupJobs::cbj_job_finish_time_text($handle)),
        elapsed_ms       => CloudBackupJobs::count(CloudBackupJobs::cbj_job_elapsed_ms($handle)),
        duration_hours   => $hours == $hours ? $hours : undef,
        total_count      => CloudBackupJobs::count(CloudBackupJobs::cbj_job_total_count($handle)),
        failed_count     => CloudBackupJobs::count(CloudBackupJobs::cbj_job_failed_count($handle)),
        successful_count => CloudBackupJobs::count(CloudBackupJobs::cbj_job_successful_count($handle)),
        skipped_count    => CloudBackupJobs::count(CloudBackupJobs::cbj_job_skipped_count($handle)),
        request_id       => CloudBackupJobs::text(CloudBackupJobs::cbj_job_request_id($handle)),
    }, $class;
    $self->{errors} = [
        map {
            {
                message     => CloudBackupJobs::text(CloudBackupJobs::cbj_job_error_message($handle, $_)),
                url         => CloudBackupJobs::text(CloudBackupJobs::cbj_job_error_url($handle, $_)),
                occurrences => CloudBackupJobs::count(CloudBackupJobs::cbj_job_error_occurrences($handle, $_)),
            }
        } 0 .. CloudBackupJobs::cbj_job_error_count($handle) - 1
    ];
    CloudBackupJobs::cbj_job_free($handle);
    return $self;
}

for my $property (
    qw(id state state_text start_time finish_time start_time_text finish_time_text elapsed_ms duration_hours
    total_count failed_count successful_count skipped_count request_id errors)
    )
{
    no strict 'refs';
    *$property = sub { $_[0]{$property} };
}

package CloudBackupJobs::Client;

# Configured by the environment and by options with the names of the library's configuration file; yes and no are 1 and
# 0. Where both have an option, the one given here wins; undef leaves it out. Freed with the object.
sub new {
    my ($class, %options) = @_;
    my ($client, $error);
    my @options = map { [ CloudBackupJobs::text_in("an option's name" => $_), CloudBackupJobs::text_in($_ => $options{$_}) ] }
        grep { defined $options{$_} } sort keys %options;
    my $config = CloudBackupJobs::cbj_config_new();
    my $status = CloudBackupJobs::cbj_config_load_env($config, \$error);
    $status ||= CloudBackupJobs::cbj_config_set_option($config, @$_, \$error) for @options;
    $status ||= CloudBackupJobs::cbj_client_new($config, \$client, \$error);
    CloudBackupJobs::cbj_config_free($config);
    die CloudBackupJobs::Error->new($status, $error) if $status;
    return bless { handle => $client }, $class;
}

sub get_job {
    my ($self, $job_id, $location) = @_;
    my ($job, $error);
    my $status = CloudBackupJobs::cbj_client_get_job(
        $self->{handle},
        CloudBackupJobs::text_in(job_id   => $job_id),
        CloudBackupJobs::text_in(location => $location),
        \$job, \$error
    );
    die CloudBackupJobs::Error->new($status, $error) if $status;
    return CloudBackupJobs::Job->new($job);
}

sub DESTROY { my ($self) = @_; CloudBackupJobs::cbj_client_free($self->{handle}) }

# The program.

package main;

use POSIX qw(ceil strftime);

binmode STDOUT, ':encoding(UTF-8)';
binmode STDERR, ':encoding(UTF-8)';

sub moment {
    my ($time, $text) = @_;
    return defined $text ? "$text   (not a date that can be read)" : '-' if !defined $time;
    return strftime('%Y-%m-%d %H:%M:%S +0000', gmtime $time) . "   ($text)";
}

sub took {
    my ($job) = @_;
    if (!defined $job->elapsed_ms) {
        return defined $job->duration_hours ? sprintf('%g h', $job->duration_hours) : '-';
    }
    my $seconds = int($job->elapsed_ms / 1000);
    my $hours   = $seconds >= 3600 ? int($seconds / 3600) . ' h '         : '';
    my $minutes = $seconds >= 60   ? int($seconds / 60) % 60 . ' min ' : '';
    return $hours . $minutes . $seconds % 60 . ' s';
}

sub report {
    my ($job) = @_;
    printf "Job %s\n", $job->id // '(without an id)';
    printf "  State       %s%s\n", $job->state_text // 'not reported',
        $job->state eq 'unknown' ? '   (not a state that this version knows)' : '';
    printf "  Started     %s\n", moment($job->start_time,  $job->start_time_text);
    printf "  Finished    %s\n", moment($job->finish_time, $job->finish_time_text);
    printf "  Took        %s\n", took($job);
    printf "  Objects     %s in all: %s successful, %s failed, %s skipped\n",
        map { $_ // '?' } $job->total_count, $job->successful_count, $job->failed_count, $job->skipped_count;
    my $label = 'Top errors';
    for my $error (@{ $job->errors }) {
        my $times = defined $error->{occurrences} ? "$error->{occurrences} x " : '';
        printf "  %-11s %s%s\n", $label, $times, $error->{message} // '(without a text)';
        printf "  %-11s   %s\n", '', $error->{url} if defined $error->{url};
        $label = '';
    }
    printf "  Request id  %s\n", $job->request_id if defined $job->request_id;
    return;
}

sub explain {
    my ($error) = @_;
    printf STDERR "%s\n", $error;
    printf STDERR "  Status      %s\n", $error->{status_name};
    printf STDERR "  HTTP        %s\n", $error->{http_status} if defined $error->{http_status};
    my $label = 'Details';
    for my $detail (@{ $error->{details} }) {
        printf STDERR "  %-11s %s%s: %s\n", $label, $detail->{code} // '-',
            defined $detail->{field} ? " $detail->{field}" : '', $detail->{message} // '-';
        $label = '';
    }
    printf STDERR "  Try again   %s\n",
          defined $error->{retry_after_ms} ? 'in ' . ceil($error->{retry_after_ms} / 1000) . ' s'
        : $error->{is_retryable}           ? 'later'
        :                                    'after a change';
    printf STDERR "  Request id  %s\n", $error->{request_id} if defined $error->{request_id};
    printf STDERR "  Trace id    %s\n", $error->{trace_id}   if defined $error->{trace_id};
    return;
}

if (@ARGV != 1) {
    print STDERR "usage: job_report.pl JOB_ID\n";
    exit 2;
}
my $job = eval { CloudBackupJobs::Client->new->get_job(Encode::decode('UTF-8', $ARGV[0])) };
if (!$job) {
    my $error = $@;
    die $error if !ref $error;
    explain($error);
    exit 1;
}
report($job);
