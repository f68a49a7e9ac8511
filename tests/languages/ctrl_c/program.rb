require_relative 'cloudbackupjobs'

client = CloudBackupJobs::Client.new
begin
  client.job(ARGV[0])
rescue Interrupt
  puts 'interrupted'
end
puts client.job(ARGV[0]).state_text
