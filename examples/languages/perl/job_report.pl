#!/usr/bin/perl
# Prints backup jobs.
#
#     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... perl job_report.pl JOB_ID | list | summary | wait JOB_ID

use strict;
use warnings;

use Encode ();
use FindBin;
use lib $FindBin::Bin;

use CloudBackupJobs;

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

sub line { my ($job) = @_; return join ' ', map { $_ // '-' } $job->id, $job->state_text }

sub id { my ($job) = @_; return $job && $job->id // '-' }

sub list {
    my ($client) = @_;
    my ($number, $jobs) = (0, $client->list_jobs(since => undef, page_size => 2));
    while (my $job = $jobs->()) {
        printf "%s\n", line($job);
        $number++;
    }
    printf "%d jobs, %s\n", $number, $jobs->is_complete ? 'complete' : 'incomplete';
    return;
}

sub summarize {
    my ($client) = @_;
    my $summary = $client->summarize_jobs(since => undef, page_size => 2);
    printf "latest %s\n",       id($summary->latest);
    printf "latest ended %s\n", id($summary->latest_ended);
    printf "failed %d\n",       $summary->count_in_state('failed');
    printf "%s\n",              $summary->is_complete ? 'complete' : 'incomplete';
    return;
}

my ($command, $id) = map { Encode::decode('UTF-8', $_) } @ARGV;
if (@ARGV != (($command // '') eq 'wait' ? 2 : 1)) {
    print STDERR "usage: job_report.pl JOB_ID | list | summary | wait JOB_ID\n";
    exit 2;
}
my %commands = (
    list    => \&list,
    summary => \&summarize,
    wait    => sub { printf "%s\n", line($_[0]->wait_job($id, interval_ms => 50, timeout_ms => 10_000)) },
);
my $ask = $commands{$command} // sub { report($_[0]->get_job($command)) };
if (!eval { $ask->(CloudBackupJobs::Client->new); 1 }) {
    my $error = $@;
    die $error if !ref $error;
    explain($error);
    exit 1;
}
