# Backup jobs by way of the C library cloudbackupjobs, called through FFI::Platypus. Copy this file. A failed call dies with a
# CloudBackupJobs::Error. Options beside the environment's are a hash:
#
#     CloudBackupJobs::Client->new(data_center => 'us', client_id => '...', client_secret_file => '/run/secrets/cbj', timeout_ms => 5000)
#
# Jobs are listed page by page:
#
#     my $jobs = $client->list_jobs(object_type => 'exchange online', state => 'failed');
#     while (my $job = $jobs->()) { ... }
#
# The library's file is looked for beside this file, and then where the system has its libraries: LD_LIBRARY_PATH names other
# folders on Linux, PATH on Windows. Ctrl-C ends the program at once, but a handler in %SIG runs after the call.

use strict;
use warnings;

package CloudBackupJobs;

use Encode qw(decode encode);
use File::Basename qw(dirname);
use File::Spec;
use POSIX qw(floor);
use FFI::Platypus 2.00;

# begin generated: library
my %LIBRARIES = (MSWin32 => 'cloudbackupjobs.dll', cygwin => 'cloudbackupjobs.dll', darwin => 'libcloudbackupjobs.1.dylib');
my $LIBRARY = $LIBRARIES{$^O} // 'libcloudbackupjobs.so.1';
# end generated
my $BESIDE = File::Spec->rel2abs($LIBRARY, dirname(__FILE__));
my $ffi = FFI::Platypus->new(api => 2, lib => -e $BESIDE ? $BESIDE : $LIBRARY);
# begin generated: declarations
$ffi->attach(cbj_status_name => ['sint32'] => 'string');
$ffi->attach(cbj_version => [] => 'string');
$ffi->attach(cbj_has_feature => ['string'] => 'sint32');
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
$ffi->attach(cbj_config_load_file => ['opaque', 'string', 'opaque*'] => 'sint32');
$ffi->attach(cbj_config_set_option => ['opaque', 'string', 'string', 'opaque*'] => 'sint32');
$ffi->attach(cbj_client_new => ['opaque', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_client_free => ['opaque'] => 'void');
$ffi->attach(cbj_client_get_job => ['opaque', 'string', 'string', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_client_wait_job => ['opaque', 'string', 'string', 'uint32', 'uint32', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_client_share => ['opaque', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_client_set_timeout_ms => ['opaque', 'uint32'] => 'sint32');
$ffi->attach(cbj_client_set_access_token => ['opaque', 'string'] => 'sint32');
$ffi->attach(cbj_job_type_name => ['sint32'] => 'string');
$ffi->attach(cbj_job_type_from_name => ['string'] => 'sint32');
$ffi->attach(cbj_object_type_name => ['sint32'] => 'string');
$ffi->attach(cbj_object_type_from_name => ['string'] => 'sint32');
$ffi->attach(cbj_query_new => [] => 'opaque');
$ffi->attach(cbj_query_free => ['opaque'] => 'void');
$ffi->attach(cbj_query_set_since_ms => ['opaque', 'sint64'] => 'sint32');
$ffi->attach(cbj_query_set_until_ms => ['opaque', 'sint64'] => 'sint32');
$ffi->attach(cbj_query_set_job_type => ['opaque', 'sint32'] => 'sint32');
$ffi->attach(cbj_query_set_object_type => ['opaque', 'sint32'] => 'sint32');
$ffi->attach(cbj_query_set_state => ['opaque', 'sint32'] => 'sint32');
$ffi->attach(cbj_query_set_location => ['opaque', 'string'] => 'sint32');
$ffi->attach(cbj_query_set_page_size => ['opaque', 'uint32'] => 'sint32');
$ffi->attach(cbj_query_set_max_jobs => ['opaque', 'uint32'] => 'sint32');
$ffi->attach(cbj_client_list_jobs => ['opaque', 'opaque', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_job_iter_next => ['opaque', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_job_iter_total_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_iter_missing_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_iter_is_complete => ['opaque'] => 'sint32');
$ffi->attach(cbj_job_iter_free => ['opaque'] => 'void');
$ffi->attach(cbj_client_summarize_jobs => ['opaque', 'opaque', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_summary_latest => ['opaque'] => 'opaque');
$ffi->attach(cbj_summary_latest_ended => ['opaque'] => 'opaque');
$ffi->attach(cbj_summary_latest_in_state => ['opaque', 'sint32'] => 'opaque');
$ffi->attach(cbj_summary_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_summary_count_in_state => ['opaque', 'sint32'] => 'sint64');
$ffi->attach(cbj_summary_total_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_summary_missing_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_summary_is_complete => ['opaque'] => 'sint32');
$ffi->attach(cbj_summary_free => ['opaque'] => 'void');
$ffi->attach(cbj_job_parse => ['string', 'size_t', 'opaque*', 'opaque*'] => 'sint32');
$ffi->attach(cbj_job_free => ['opaque'] => 'void');
$ffi->attach(cbj_job_id => ['opaque'] => 'string');
$ffi->attach(cbj_job_state => ['opaque'] => 'sint32');
$ffi->attach(cbj_job_state_text => ['opaque'] => 'string');
$ffi->attach(cbj_state_is_terminal => ['sint32'] => 'sint32');
$ffi->attach(cbj_job_start_time_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_finish_time_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_start_time_text => ['opaque'] => 'string');
$ffi->attach(cbj_job_finish_time_text => ['opaque'] => 'string');
$ffi->attach(cbj_job_elapsed_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_duration_hours => ['opaque'] => 'double');
$ffi->attach(cbj_job_duration_text => ['opaque'] => 'string');
$ffi->attach(cbj_job_total_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_failed_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_successful_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_skipped_count => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_error_count => ['opaque'] => 'size_t');
$ffi->attach(cbj_job_has_error_list => ['opaque'] => 'sint32');
$ffi->attach(cbj_job_error_message => ['opaque', 'size_t'] => 'string');
$ffi->attach(cbj_job_error_url => ['opaque', 'size_t'] => 'string');
$ffi->attach(cbj_job_error_occurrences => ['opaque', 'size_t'] => 'sint64');
$ffi->attach(cbj_job_error_has_code => ['opaque', 'size_t'] => 'sint32');
$ffi->attach(cbj_job_request_id => ['opaque'] => 'string');
$ffi->attach(cbj_job_trace_id => ['opaque'] => 'string');
$ffi->attach(cbj_job_response_time_ms => ['opaque'] => 'sint64');
$ffi->attach(cbj_job_json => ['opaque'] => 'string');
# end generated

# begin generated: states
use constant STATES =>
    qw(unknown in_progress finished failed finished_with_exception partially_finished);
# end generated

# begin generated: job_types
use constant {
    JOB_TYPE_ALL => 0,
    JOB_TYPE_BACKUP => 1,
    JOB_TYPE_RESTORE => 2,
    JOB_TYPE_EXPORT => 3,
    JOB_TYPE_DELETION => 4,
    JOB_TYPE_RETENTION => 5,
};
# end generated

# begin generated: object_types
use constant {
    OBJECT_TYPE_ALL => 0,
    OBJECT_TYPE_EXCHANGE_ONLINE => 1,
    OBJECT_TYPE_SHAREPOINT_ONLINE => 2,
    OBJECT_TYPE_ONEDRIVE => 3,
    OBJECT_TYPE_MICROSOFT_365_GROUPS => 4,
    OBJECT_TYPE_PROJECT_ONLINE => 5,
    OBJECT_TYPE_PUBLIC_FOLDER => 6,
    OBJECT_TYPE_TEAMS => 7,
    OBJECT_TYPE_VIVA_ENGAGE => 8,
    OBJECT_TYPE_TEAMS_CHAT => 9,
    OBJECT_TYPE_POWER_BI => 10,
    OBJECT_TYPE_POWER_AUTOMATE => 11,
    OBJECT_TYPE_POWER_APPS => 12,
};
# end generated

use constant NO_TIME => do { use integer; -9223372036854775807 - 1 };

# Text of C, which is UTF-8.
sub text { my ($found) = @_; return defined $found ? decode('UTF-8', $found) : undef }

sub count { my ($number) = @_; return $number < 0 ? undef : $number }

# Seconds since 1970, as gmtime takes them, rounded downwards.
sub seconds {
    my ($ms) = @_;
    use integer;
    return undef if $ms == NO_TIME;
    return $ms / 1000 - ($ms % 1000 < 0 ? 1 : 0);
}

# Text for C, which would end it at a NUL.
sub text_in {
    my ($name, $value) = @_;
    return undef if !defined $value;
    die "$name holds a NUL\n" if index($value, "\0") >= 0;
    return encode('UTF-8', $value);
}

# Unix milliseconds of seconds; undef is no limit.
sub limit { my ($seconds) = @_; return defined $seconds ? floor($seconds * 1000) : NO_TIME }

# The nearest number that C has; the library refuses 0 where it means nothing.
sub uint32 { my ($number) = @_; return $number < 0 ? 0 : $number > 4294967295 ? 4294967295 : $number }

# Whether C has the number of a choice: it would cut a larger one.
sub is_number { my ($value) = @_; return $value =~ /\A[0-9]+\z/ && $value <= 2147483647 }

# The number of a state: of a name of STATES, or as it is; undef is any.
sub state_number {
    my ($state) = @_;
    return 0 if !defined $state;
    my ($number) = grep { (STATES)[$_] eq $state } 0 .. (() = STATES) - 1;
    return $number // (is_number($state) ? $state : die "there is no state $state\n");
}

# The numbers of a type of job, and of a kind of objects: of a name, in which case, blanks, '_' and '-' do not count, or of the
# service's own number.
sub job_type_number { my ($name) = @_; return number_of('job type', \&cbj_job_type_from_name, $name) }

sub object_type_number { my ($name) = @_; return number_of('object type', \&cbj_object_type_from_name, $name) }

sub number_of {
    my ($choice, $from_name, $name) = @_;
    return $name if is_number($name);
    my $found = $from_name->(text_in($choice => $name));
    die "there is no $choice $name\n" if $found < 0;
    return $found;
}

# 'backup' and 'exchange-online'; undef for a number without a name.
sub job_type_name { my ($number) = @_; return text(cbj_job_type_name($number)) }

sub object_type_name { my ($number) = @_; return text(cbj_object_type_name($number)) }

# The library's version, and whether it was built with a feature, for example 'certificate'.
sub version { return cbj_version() }

sub has_feature { my ($name) = @_; return cbj_has_feature(text_in(name => $name)) == 1 }

# What the function puts into a place for a handle; dies of what it puts into that of an error.
sub call {
    my ($function, @parameters) = @_;
    my ($made, $error);
    my $status = $function->(@parameters, \$made, \$error);
    die CloudBackupJobs::Error->new($status, $error) if $status;
    return $made;
}

# For functions that have a status and no error.
sub check {
    my ($status, $name) = @_;
    die "$name is not allowed: " . cbj_status_name($status) . "\n" if $status;
    return;
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

# Reads a saved answer of the service.
sub parse {
    my ($class, $json) = @_;
    my $bytes = Encode::encode('UTF-8', $json);
    return $class->take(CloudBackupJobs::call(\&CloudBackupJobs::cbj_job_parse, $bytes, length $bytes));
}

# Copies the job out of its handle, which is freed.
sub take {
    my ($class, $handle) = @_;
    my $self = $class->new($handle);
    CloudBackupJobs::cbj_job_free($handle);
    return $self;
}

# What the service did not send is undef; so is a job that there is not.
sub new {
    my ($class, $handle) = @_;
    return undef if !defined $handle;
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
        duration_text    => CloudBackupJobs::text(CloudBackupJobs::cbj_job_duration_text($handle)),
        total_count      => CloudBackupJobs::count(CloudBackupJobs::cbj_job_total_count($handle)),
        failed_count     => CloudBackupJobs::count(CloudBackupJobs::cbj_job_failed_count($handle)),
        successful_count => CloudBackupJobs::count(CloudBackupJobs::cbj_job_successful_count($handle)),
        skipped_count    => CloudBackupJobs::count(CloudBackupJobs::cbj_job_skipped_count($handle)),
        request_id       => CloudBackupJobs::text(CloudBackupJobs::cbj_job_request_id($handle)),
        trace_id         => CloudBackupJobs::text(CloudBackupJobs::cbj_job_trace_id($handle)),
        response_time    => CloudBackupJobs::seconds(CloudBackupJobs::cbj_job_response_time_ms($handle)),
        json             => CloudBackupJobs::text(CloudBackupJobs::cbj_job_json($handle)),
        has_error_list   => CloudBackupJobs::cbj_job_has_error_list($handle) == 1,
        is_terminal      => CloudBackupJobs::cbj_state_is_terminal(CloudBackupJobs::cbj_job_state($handle)) == 1,
    }, $class;
    $self->{errors} = [
        map {
            {
                message     => CloudBackupJobs::text(CloudBackupJobs::cbj_job_error_message($handle, $_)),
                url         => CloudBackupJobs::text(CloudBackupJobs::cbj_job_error_url($handle, $_)),
                occurrences => CloudBackupJobs::count(CloudBackupJobs::cbj_job_error_occurrences($handle, $_)),
                has_code    => CloudBackupJobs::count(CloudBackupJobs::cbj_job_error_has_code($handle, $_)),
            }
        } 0 .. CloudBackupJobs::cbj_job_error_count($handle) - 1
    ];
    return $self;
}

for my $property (
    qw(id state state_text start_time finish_time start_time_text finish_time_text elapsed_ms duration_hours
    duration_text total_count failed_count successful_count skipped_count request_id trace_id response_time json
    is_terminal errors has_error_list)
    )
{
    no strict 'refs';
    *$property = sub { $_[0]{$property} };
}

# A list of jobs, read page by page as it is needed, and once. Called as a function, or read with <>, it answers the next job,
# and undef at the end. If that dies of an error, the next call asks for the same page again. In list context <> reads to the
# end, or dies, and then the jobs that it has read are lost. Outlives its client. Like a client, it belongs to the thread that
# made it.
package CloudBackupJobs::JobList;

use overload
    '&{}'    => sub { my ($self) = @_; sub { $self->next } },
    '<>'     => sub { wantarray ? $_[0]->_rest : $_[0]->next },
    'bool'   => sub { 1 },
    fallback => 1;

sub next {
    my ($self) = @_;
    my $job = CloudBackupJobs::call(\&CloudBackupJobs::cbj_job_iter_next, $self->{handle});
    return defined $job ? CloudBackupJobs::Job->take($job) : undef;
}

sub _rest {
    my ($self) = @_;
    my @jobs;
    while (my $job = $self->next) { push @jobs, $job }
    return @jobs;
}

# How many jobs there are, as the service said last, in whole days.
sub total_count {
    my ($self) = @_;
    return CloudBackupJobs::count(CloudBackupJobs::cbj_job_iter_total_count($self->{handle}));
}

# After the end: how many jobs the service says it has and did not send; undef where the number is unknown.
sub missing_count {
    my ($self) = @_;
    return CloudBackupJobs::count(CloudBackupJobs::cbj_job_iter_missing_count($self->{handle}));
}

# After the end: whether no job is known to be missing.
sub is_complete { my ($self) = @_; return CloudBackupJobs::cbj_job_iter_is_complete($self->{handle}) == 1 }

# A new thread would get a copy, and free the handle once more.
sub CLONE_SKIP { 1 }

sub DESTROY { my ($self) = @_; CloudBackupJobs::cbj_job_iter_free($self->{handle}) }

# What the jobs of a query say together. A job that there is not is undef.
package CloudBackupJobs::Summary;

# Copies the summary out of its handle, which is freed.
sub take {
    my ($class, $handle) = @_;
    my @states = (CloudBackupJobs::STATES);
    my $job    = sub { CloudBackupJobs::Job->new($_[0]) };
    my $self   = bless {
        latest       => $job->(CloudBackupJobs::cbj_summary_latest($handle)),
        latest_ended => $job->(CloudBackupJobs::cbj_summary_latest_ended($handle)),
        latest_in_state =>
            { map { $states[$_] => $job->(CloudBackupJobs::cbj_summary_latest_in_state($handle, $_)) } 0 .. $#states },
        count          => CloudBackupJobs::cbj_summary_count($handle),
        count_in_state => { map { $states[$_] => CloudBackupJobs::cbj_summary_count_in_state($handle, $_) } 0 .. $#states },
        total_count    => CloudBackupJobs::count(CloudBackupJobs::cbj_summary_total_count($handle)),
        missing_count  => CloudBackupJobs::count(CloudBackupJobs::cbj_summary_missing_count($handle)),
        is_complete    => CloudBackupJobs::cbj_summary_is_complete($handle) == 1,
    }, $class;
    CloudBackupJobs::cbj_summary_free($handle);
    return $self;
}

for my $property (qw(latest latest_ended count total_count missing_count is_complete)) {
    no strict 'refs';
    *$property = sub { $_[0]{$property} };
}

# Of a name of CloudBackupJobs::STATES.
sub latest_in_state { my ($self, $state) = @_; return $self->{latest_in_state}{$state} }

sub count_in_state { my ($self, $state) = @_; return $self->{count_in_state}{$state} }

package CloudBackupJobs::Client;

# Configured by the environment and by options with the names of the library's configuration file; yes and no are 1 and
# 0. Where both have an option, the one given here wins; undef leaves it out. Freed with the object.
sub new {
    my ($class, %options) = @_;
    return $class->_configured(\%options, sub { CloudBackupJobs::cbj_config_load_env($_[0], $_[1]) });
}

# Configured by a file, instead of the environment, and by options.
sub from_file {
    my ($class, $path, %options) = @_;
    my $name = CloudBackupJobs::text_in(path => $path);
    return $class->_configured(\%options, sub { CloudBackupJobs::cbj_config_load_file($_[0], $name, $_[1]) });
}

sub _configured {
    my ($class, $options, $load) = @_;
    my ($client, $error);
    my @options = map { [ CloudBackupJobs::text_in("an option's name" => $_), CloudBackupJobs::text_in($_ => $options->{$_}) ] }
        grep { defined $options->{$_} } sort keys %$options;
    my $config = CloudBackupJobs::cbj_config_new();
    my $status = $load->($config, \$error);
    $status ||= CloudBackupJobs::cbj_config_set_option($config, @$_, \$error) for @options;
    $status ||= CloudBackupJobs::cbj_client_new($config, \$client, \$error);
    CloudBackupJobs::cbj_config_free($config);
    die CloudBackupJobs::Error->new($status, $error) if $status;
    return bless { handle => $client }, $class;
}

sub get_job {
    my ($self, $job_id, $location) = @_;
    my @texts = (CloudBackupJobs::text_in(job_id => $job_id), CloudBackupJobs::text_in(location => $location));
    return CloudBackupJobs::Job->take(CloudBackupJobs::call(\&CloudBackupJobs::cbj_client_get_job, $self->{handle}, @texts));
}

# Waits until a job has ended, well or not: timeout_ms, interval_ms (default 30 s), location. Dies with CBJ_ERROR_TIMEOUT
# after the timeout. Failures that a later call may not have do not end it.
sub wait_job {
    my ($self, $job_id, %how) = @_;
    my @texts = (CloudBackupJobs::text_in(job_id => $job_id), CloudBackupJobs::text_in(location => $how{location}));
    my @times = map { CloudBackupJobs::uint32($_ // 0) } @how{qw(interval_ms timeout_ms)};
    my $wait  = \&CloudBackupJobs::cbj_client_wait_job;
    return CloudBackupJobs::Job->take(CloudBackupJobs::call($wait, $self->{handle}, @texts, @times));
}

# How an option of a query is set. What is left out is as in the library: every job that started in the last 7 days.
my %SETTERS = (
    # In seconds since 1970; undef: no limit.
    since => sub { CloudBackupJobs::cbj_query_set_since_ms($_[0], CloudBackupJobs::limit($_[1])) },
    until => sub { CloudBackupJobs::cbj_query_set_until_ms($_[0], CloudBackupJobs::limit($_[1])) },
    # By name or number.
    job_type    => sub { CloudBackupJobs::cbj_query_set_job_type($_[0], CloudBackupJobs::job_type_number($_[1])) },
    object_type => sub { CloudBackupJobs::cbj_query_set_object_type($_[0], CloudBackupJobs::object_type_number($_[1])) },
    state       => sub { CloudBackupJobs::cbj_query_set_state($_[0], CloudBackupJobs::state_number($_[1])) },
    location    => sub { CloudBackupJobs::cbj_query_set_location($_[0], CloudBackupJobs::text_in(location => $_[1])) },
    page_size   => sub { CloudBackupJobs::cbj_query_set_page_size($_[0], CloudBackupJobs::uint32($_[1])) },
    max_jobs    => sub { CloudBackupJobs::cbj_query_set_max_jobs($_[0], CloudBackupJobs::uint32($_[1])) },
);

sub list_jobs {
    my ($self, %query) = @_;
    my $list = $self->_ask(\&CloudBackupJobs::cbj_client_list_jobs, \%query);
    return bless { handle => $list }, 'CloudBackupJobs::JobList';
}

# The same jobs together. Reads the whole list within the time of one call.
sub summarize_jobs {
    my ($self, %query) = @_;
    return CloudBackupJobs::Summary->take($self->_ask(\&CloudBackupJobs::cbj_client_summarize_jobs, \%query));
}

sub _ask {
    my ($self, $function, $options) = @_;
    my $query = CloudBackupJobs::cbj_query_new();
    my $made  = eval {
        for my $name (sort keys %$options) {
            my $set = $SETTERS{$name} // die "a query has no $name\n";
            CloudBackupJobs::check($set->($query, $options->{$name}), $name);
        }
        CloudBackupJobs::call($function, $self->{handle}, $query);
    };
    my $failure = $@;
    CloudBackupJobs::cbj_query_free($query);
    die $failure if !defined $made;
    return $made;
}

# Another client on the same connections and access token, with a timeout of its own.
sub share {
    my ($self) = @_;
    my $other = CloudBackupJobs::call(\&CloudBackupJobs::cbj_client_share, $self->{handle});
    return bless { handle => $other }, ref $self;
}

# How long a whole call may take, for calls that begin from now on.
sub set_timeout_ms {
    my ($self, $timeout) = @_;
    my $status = CloudBackupJobs::cbj_client_set_timeout_ms($self->{handle}, CloudBackupJobs::uint32($timeout));
    return CloudBackupJobs::check($status, 'timeout');
}

# Replaces the access token of a client that was configured with one.
sub set_access_token {
    my ($self, $token) = @_;
    my $text = CloudBackupJobs::text_in(token => $token);
    return CloudBackupJobs::check(CloudBackupJobs::cbj_client_set_access_token($self->{handle}, $text), 'token');
}

# A new thread would get a copy, and free the handle once more. It makes a client of its own.
sub CLONE_SKIP { 1 }

sub DESTROY { my ($self) = @_; CloudBackupJobs::cbj_client_free($self->{handle}) }

1;
