# frozen_string_literal: true

# Prints backup jobs.
#
#     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... ruby job_report.rb JOB_ID | list | summary | wait JOB_ID

require_relative 'cloudbackupjobs'

def moment(time, text)
  return text.nil? ? '-' : "#{text}   (not a date that can be read)" if time.nil?

  "#{time.strftime('%Y-%m-%d %H:%M:%S +0000')}   (#{text})"
end

def took(job)
  return job.duration_hours.nil? ? '-' : format('%g h', job.duration_hours) if job.elapsed.nil?

  seconds = job.elapsed.to_i
  hours = seconds >= 3600 ? "#{seconds / 3600} h " : ''
  minutes = seconds >= 60 ? "#{seconds / 60 % 60} min " : ''
  "#{hours}#{minutes}#{seconds % 60} s"
end

def report(job)
  puts "Job #{job.id || '(without an id)'}"
  puts "  State       #{job.state_text || 'not reported'}" \
       "#{job.state == :unknown ? '   (not a state that this version knows)' : ''}"
  puts "  Started     #{moment(job.start_time, job.start_time_text)}"
  puts "  Finished    #{moment(job.finish_time, job.finish_time_text)}"
  puts "  Took        #{took(job)}"
  puts "  Objects     #{job.total_count || '?'} in all: #{job.successful_count || '?'} successful, " \
       "#{job.failed_count || '?'} failed, #{job.skipped_count || '?'} skipped"
  job.errors.each_with_index do |error, index|
    times = error.occurrences ? "#{error.occurrences} x " : ''
    puts "  #{(index.zero? ? 'Top errors' : '').ljust(11)} #{times}#{error.message || '(without a text)'}"
    puts "  #{' ' * 11}   #{error.url}" if error.url
  end
  puts "  Request id  #{job.request_id}" if job.request_id
end

def explain(error)
  warn error.message
  warn "  Status      #{error.status_name}"
  warn "  HTTP        #{error.http_status}" if error.http_status
  error.details.each_with_index do |detail, index|
    field = detail.field ? " #{detail.field}" : ''
    warn "  #{(index.zero? ? 'Details' : '').ljust(11)} #{detail.code || '-'}#{field}: #{detail.message || '-'}"
  end
  later = error.retryable? ? 'later' : 'after a change'
  warn "  Try again   #{error.retry_after ? "in #{error.retry_after.ceil} s" : later}"
  warn "  Request id  #{error.request_id}" if error.request_id
  warn "  Trace id    #{error.trace_id}" if error.trace_id
end

def line(job)
  "#{job.id || '-'} #{job.state_text || '-'}"
end

def list(client)
  jobs = client.jobs(since: nil, page_size: 2)
  number = 0
  jobs.each do |job|
    puts line(job)
    number += 1
  end
  puts "#{number} jobs, #{jobs.complete? ? 'complete' : 'incomplete'}"
end

def summarize(client)
  summary = client.summarize_jobs(since: nil, page_size: 2)
  puts "latest #{summary.latest&.id || '-'}"
  puts "latest ended #{summary.latest_ended&.id || '-'}"
  puts "failed #{summary.count_in_state[:failed]}"
  puts summary.complete? ? 'complete' : 'incomplete'
end

command, id = ARGV
if ARGV.length != (command == 'wait' ? 2 : 1)
  warn 'usage: job_report.rb JOB_ID | list | summary | wait JOB_ID'
  exit 2
end
begin
  client = CloudBackupJobs::Client.new
  case command
  when 'list' then list(client)
  when 'summary' then summarize(client)
  when 'wait' then puts line(client.wait_job(id, interval: 0.05, timeout: 10))
  else report(client.job(command))
  end
rescue CloudBackupJobs::Error => e
  explain(e)
  exit 1
end
