require 'timeout'
require_relative 'cloudbackupjobs'

def refused
  yield
  puts 'was not refused'
rescue ArgumentError
  print 'refused '
end

def failed
  yield
  'did not fail'
rescue CloudBackupJobs::Error => e
  e.status_name
end

include CloudBackupJobs
puts "#{JobType.name_of(JobType::BACKUP)} #{ObjectType.name_of(ObjectType.parse('Exchange Online'))} #{JobType.parse('restore')}"
puts "#{CloudBackupJobs.version} #{CloudBackupJobs.feature?('certificate')} #{CloudBackupJobs.feature?('x')}"

job = Job.parse(ARGV[1])
puts "#{job.id} #{job.duration_text} #{job.trace_id} #{job.response_time.to_i} #{job.errors.map(&:has_code).inspect} #{job.terminal?} " \
     "#{job.error_list?}"
puts job.json, failed { Job.parse('{') }

client = Client.new
[-> { JobType.parse('nonsense') }, -> { client.jobs(page_size: 1001) }, -> { client.jobs(max_jobs: 0) },
 -> { client.jobs(object_type: -1) }, -> { client.timeout = 0 }, -> { client.jobs(state: :lost) }].each { |wrong| refused(&wrong) }
puts

jobs = client.jobs(since: Time.utc(2026, 11, 19, 23), until: Time.utc(2026, 11, 20, 2, 30), job_type: :backup,
                   object_type: ObjectType::ONEDRIVE, state: :failed, location: 'EUR', page_size: 2, max_jobs: 3)
found = []
found << failed { jobs.each { |each| found << each.id } }
jobs.each { |each| found << each.id }
puts "#{found.join(' ')} #{jobs.total_count} #{jobs.complete?} #{jobs.missing_count.inspect}"

jobs = client.jobs(since: nil)
puts "#{jobs.lazy.map(&:id).first} #{jobs.total_count} #{jobs.complete?} #{jobs.missing_count.inspect}"

summary = client.summarize_jobs(since: nil)
puts "#{summary.latest_in_state[:failed].id} #{summary.count_in_state[:failed]} #{summary.count_in_state[:partially_finished]} " \
     "#{summary.latest_in_state[:partially_finished].inspect} #{summary.count} #{summary.total_count} #{summary.complete?} " \
     "#{summary.missing_count.inspect} #{summary.latest_in_state[:failed].error_list?}"

client.access_token = 'second'
puts client.job('FB1').state_text
other = client.share
other.timeout = 0.3
puts failed { other.job('FB1') }
puts client.job('FB1').state_text
puts failed { client.wait_job('FB1', interval: 0.02, timeout: 0.2) }
begin
  Timeout.timeout(0.1, IOError) { client.wait_job('FB1', interval: 10, timeout: 20) }
rescue IOError
  puts "cancelled #{client.job('FB1').id}"
end
puts Client.from_file(ARGV[0], max_retries: 0).job('FB1').id
