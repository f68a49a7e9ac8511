require_relative 'cloudbackupjobs'

client = CloudBackupJobs::Client.new(base_url: ARGV[0], access_token: 'of-the-options', location: nil, max_retries: 0,
                                     timeout_ms: 20_000, trust: :bundled)
puts client.job('FB1').state_text
CloudBackupJobs::Client.new(base_url: 'http://192.0.2.1', allow_http: true)
[{ timeout: 5 }, { max_retries: -1 }, { client_secret_file: '/nonexistent/x' }, { timeout_ms: 0 }].each do |wrong|
  CloudBackupJobs::Client.new(**wrong)
rescue CloudBackupJobs::Error => e
  puts "#{e.status_name} #{e.message}"
end
