require_relative 'cloudbackupjobs'

# The calls run in threads that the program does not see. One that fails must not end it.
Thread.abort_on_exception = true
client = CloudBackupJobs::Client.new
[-> { client.job('FB1') }, -> { client.jobs }, -> { client.summarize_jobs }].each do |call|
  worker = Thread.new do
    call.()
  rescue CloudBackupJobs::Error => e
    puts e.status_name
  end
  worker.join
end
