# frozen_string_literal: true

# Prints a backup job by way of the C library cloudbackupjobs, called through fiddle, which comes with Ruby.
#
#     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... ruby job_report.rb JOB_ID
#
# CloudBackupJobs is made to be copied: the program is at the end. Options beside the environment's are keyword arguments:
#
#     CloudBackupJobs::Client.new(data_center: 'us', client_id: '...', client_secret_file: '/run/secrets/cbj', timeout_ms: 5000)
#
# While a call waits, other Ruby threads run, and Ctrl-C, Timeout.timeout and Thread#raise end the call at once. The
# system's loader looks for the library; LD_LIBRARY_PATH names other folders.

require 'fiddle'
require 'fiddle/import'

module CloudBackupJobs
  # The C functions.
  module Native
    extend Fiddle::Importer
    dlload 'libcloudbackupjobs.so.1'

    # begin generated: declarations
    extern 'const char *cbj_status_name(int status)'
    extern 'const char *cbj_error_message(void *error)'
    extern 'int cbj_error_http_status(void *error)'
    extern 'const char *cbj_error_request_id(void *error)'
    extern 'const char *cbj_error_trace_id(void *error)'
    extern 'long long cbj_error_retry_after_ms(void *error)'
    extern 'int cbj_error_is_retryable(void *error)'
    extern 'size_t cbj_error_detail_count(void *error)'
    extern 'const char *cbj_error_detail_code(void *error, size_t index)'
    extern 'const char *cbj_error_detail_field(void *error, size_t index)'
    extern 'const char *cbj_error_detail_message(void *error, size_t index)'
    extern 'void cbj_error_free(void *error)'
    extern 'void *cbj_config_new(void)'
    extern 'void cbj_config_free(void *config)'
    extern 'int cbj_config_load_env(void *config, void *error)'
    extern 'int cbj_config_set_option(void *config, const char *name, const char *value, void *error)'
    extern 'int cbj_client_new(void *config, void *client, void *error)'
    extern 'void cbj_client_free(void *client)'
    extern 'int cbj_client_get_job(void *client, const char *job_id, const char *location, void *job, void *error)'
    extern 'void cbj_client_cancel(void *client)'
    extern 'void cbj_client_resume(void *client)'
    extern 'void cbj_job_free(void *job)'
    extern 'const char *cbj_job_id(void *job)'
    extern 'int cbj_job_state(void *job)'
    extern 'const char *cbj_job_state_text(void *job)'
    extern 'long long cbj_job_start_time_ms(void *job)'
    extern 'long long cbj_job_finish_time_ms(void *job)'
    extern 'const char *cbj_job_start_time_text(void *job)'
    extern 'const char *cbj_job_finish_time_text(void *job)'
    extern 'long long cbj_job_elapsed_ms(void *job)'
    extern 'double cbj_job_duration_hours(void *job)'
    extern 'long long cbj_job_total_count(void *job)'
    extern 'long long cbj_job_failed_count(void *job)'
    extern 'long long cbj_job_successful_count(void *job)'
    extern 'long long cbj_job_skipped_count(void *job)'
    extern 'size_t cbj_job_error_count(void *job)'
    extern 'const char *cbj_job_error_message(void *job, size_t index)'
    extern 'const char *cbj_job_error_url(void *job, size_t index)'
    extern 'long long cbj_job_error_occurrences(void *job, size_t index)'
    extern 'const char *cbj_job_request_id(void *job)'
    # end generated

    NO_TIME = -(2**63)

    def self.text(pointer)
      pointer.null? ? nil : pointer.to_s.force_encoding(Encoding::UTF_8)
    end

    def self.count(number)
      number.negative? ? nil : number
    end

    def self.time(milliseconds)
      milliseconds == NO_TIME ? nil : Time.at(0, milliseconds, :millisecond, in: 'UTC')
    end

    # Text for C, which would end it at a NUL.
    def self.text_in(name, value)
      return nil if value.nil?

      text = value.to_s.encode(Encoding::UTF_8)
      raise ArgumentError, "#{name} holds a NUL" if text.include?("\0")

      text
    end

    # A place for a handle, which the block has filled; and the error's place. Raises what is in the latter.
    def self.call
      place = Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
      error = Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
      status = yield place, error
      raise Error.new(status, error.ptr) unless status.zero?

      place.ptr
    end
  end

  # A call failed. The message is one line for a person.
  class Error < StandardError
    Detail = Struct.new(:code, :field, :message)

    attr_reader :status, :status_name, :http_status, :request_id, :trace_id, :retry_after, :details

    def initialize(status, handle)
      @status = status
      @status_name = Native.cbj_status_name(status).to_s
      http = Native.cbj_error_http_status(handle)
      @http_status = http.zero? ? nil : http
      @request_id = Native.text(Native.cbj_error_request_id(handle))
      @trace_id = Native.text(Native.cbj_error_trace_id(handle))
      @retry_after = Native.count(Native.cbj_error_retry_after_ms(handle))&.fdiv(1000)
      @retryable = Native.cbj_error_is_retryable(handle) == 1
      @details = Array.new(Native.cbj_error_detail_count(handle)) do |index|
        Detail.new(Native.text(Native.cbj_error_detail_code(handle, index)),
                   Native.text(Native.cbj_error_detail_field(handle, index)),
                   Native.text(Native.cbj_error_detail_message(handle, index))).freeze
      end.freeze
      super(Native.text(Native.cbj_error_message(handle)) || @status_name)
    ensure
      Native.cbj_error_free(handle)
    end

    def retryable?
      @retryable
    end
  end

  # One job. What the service did not send is nil.
  class Job
    # begin generated: states
    STATES = {
      0 => :unknown,
      1 => :in_progress,
      2 => :finished,
      3 => :failed,
      4 => :finished_with_exception,
      5 => :partially_finished
    }.freeze
    # end generated
    TopError = Struct.new(:message, :url, :occurrences)

    attr_reader :id, :state, :state_text, :start_time, :finish_time, :start_time_text, :finish_time_text, :elapsed,
                :duration_hours, :total_count, :failed_count, :successful_count, :skipped_count, :errors, :request_id

    # Copies the job out of its handle, which is freed.
    def initialize(handle)
      @id = Native.text(Native.cbj_job_id(handle))
      @state = STATES.fetch(Native.cbj_job_state(handle), :unknown)
      @state_text = Native.text(Native.cbj_job_state_text(handle))
      @start_time = Native.time(Native.cbj_job_start_time_ms(handle))
      @finish_time = Native.time(Native.cbj_job_finish_time_ms(handle))
      @start_time_text = Native.text(Native.cbj_job_start_time_text(handle))
      @finish_time_text = Native.text(Native.cbj_job_finish_time_text(handle))
      @elapsed = Native.count(Native.cbj_job_elapsed_ms(handle))&.fdiv(1000)
      hours = Native.cbj_job_duration_hours(handle)
      @duration_hours = hours.nan? ? nil : hours
      @total_count = Native.count(Native.cbj_job_total_count(handle))
      @failed_count = Native.count(Native.cbj_job_failed_count(handle))
      @successful_count = Native.count(Native.cbj_job_successful_count(handle))
      @skipped_count = Native.count(Native.cbj_job_skipped_count(handle))
      @errors = Array.new(Native.cbj_job_error_count(handle)) do |index|
        TopError.new(Native.text(Native.cbj_job_error_message(handle, index)),
                     Native.text(Native.cbj_job_error_url(handle, index)),
                     Native.count(Native.cbj_job_error_occurrences(handle, index))).freeze
      end.freeze
      @request_id = Native.text(Native.cbj_job_request_id(handle))
      freeze
    ensure
      Native.cbj_job_free(handle)
    end
  end

  # Asks the service; configured by the environment and by options with the names of the library's configuration file.
  # Where both have an option, the one given here wins; nil leaves it out. Freed when it is collected.
  class Client
    FREE = Fiddle::Function.new(Native.handler.sym('cbj_client_free'), [Fiddle::TYPE_VOIDP], Fiddle::TYPE_VOID)

    def initialize(**options)
      config = Native.cbj_config_new
      Native.call { |_, error| Native.cbj_config_load_env(config, error) }
      options.compact.each do |name, value|
        option = Native.text_in("an option's name", name)
        text = Native.text_in(name, value)
        Native.call { |_, error| Native.cbj_config_set_option(config, option, text, error) }
      end
      @handle = Native.call { |client, error| Native.cbj_client_new(config, client, error) }
      @handle.free = FREE
    ensure
      Native.cbj_config_free(config)
    end

    # Retrieves one job. What ends the wait for it, such as Interrupt, ends the calls of other threads on this client, too.
    def job(job_id, location = nil)
      id = Native.text_in('job_id', job_id)
      where = Native.text_in('location', location)
      call = Thread.new do
        Thread.current.report_on_exception = false
        Job.new(Native.call { |job, error| Native.cbj_client_get_job(@handle, id, where, job, error) })
      end
      call.value
    ensure
      if call&.alive?
        begin
          Native.cbj_client_cancel(@handle)
          call.join
        rescue Error
          # What ended the wait is raised, not this.
        ensure
          Native.cbj_client_resume(@handle)
        end
      end
    end
  end
end

# The program.

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

if ARGV.length != 1
  warn 'usage: job_report.rb JOB_ID'
  exit 2
end
begin
  report(CloudBackupJobs::Client.new.job(ARGV[0]))
rescue CloudBackupJobs::Error => e
  explain(e)
  exit 1
end
