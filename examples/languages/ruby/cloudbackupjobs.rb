# frozen_string_literal: true

# Backup jobs by way of the C library cloudbackupjobs, called through fiddle, which comes with Ruby. Copy this file.
#
# Options beside the environment's are keyword arguments:
#
#     CloudBackupJobs::Client.new(data_center: 'us', client_id: '...', client_secret_file: '/run/secrets/cbj', timeout_ms: 5000)
#
# Jobs are listed page by page:
#
#     client.jobs(object_type: :exchange_online, state: :failed).each { |job| ... }
#
# While a call waits, other Ruby threads run, and Ctrl-C, Timeout.timeout and Thread#raise end the call at once.
#
# The library's file is looked for beside this file, and then where the system has its libraries: LD_LIBRARY_PATH names other
# folders on Linux, PATH on Windows.

require 'fiddle'
require 'fiddle/import'
require 'rbconfig'

module CloudBackupJobs
  # The C functions.
  module Native
    extend Fiddle::Importer

    # begin generated: library
    LIBRARY = case RbConfig::CONFIG['host_os']
              when /mswin|mingw|cygwin/ then 'cloudbackupjobs.dll'
              when /darwin/ then 'libcloudbackupjobs.1.dylib'
              else 'libcloudbackupjobs.so.1'
              end
    # end generated
    BESIDE = File.join(__dir__, LIBRARY)
    dlload(File.exist?(BESIDE) ? BESIDE : LIBRARY)

    # begin generated: declarations
    extern 'const char *cbj_status_name(int status)'
    extern 'const char *cbj_version(void)'
    extern 'int cbj_has_feature(const char *name)'
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
    extern 'int cbj_config_load_file(void *config, const char *path, void *error)'
    extern 'int cbj_config_set_option(void *config, const char *name, const char *value, void *error)'
    extern 'int cbj_client_new(void *config, void *client, void *error)'
    extern 'void cbj_client_free(void *client)'
    extern 'int cbj_client_get_job(void *client, const char *job_id, const char *location, void *job, void *error)'
    extern 'int cbj_client_wait_job(void *client, const char *job_id, const char *location, unsigned int poll_interval_ms, unsigned int timeout_ms, void *job, void *error)'
    extern 'int cbj_client_share(void *client, void *other, void *error)'
    extern 'int cbj_client_set_timeout_ms(void *client, unsigned int ms)'
    extern 'int cbj_client_set_access_token(void *client, const char *token)'
    extern 'void cbj_client_cancel(void *client)'
    extern 'void cbj_client_resume(void *client)'
    extern 'const char *cbj_job_type_name(int job_type)'
    extern 'int cbj_job_type_from_name(const char *name)'
    extern 'const char *cbj_object_type_name(int object_type)'
    extern 'int cbj_object_type_from_name(const char *name)'
    extern 'void *cbj_query_new(void)'
    extern 'void cbj_query_free(void *query)'
    extern 'int cbj_query_set_since_ms(void *query, long long unix_ms)'
    extern 'int cbj_query_set_until_ms(void *query, long long unix_ms)'
    extern 'int cbj_query_set_job_type(void *query, int job_type)'
    extern 'int cbj_query_set_object_type(void *query, int object_type)'
    extern 'int cbj_query_set_state(void *query, int state)'
    extern 'int cbj_query_set_location(void *query, const char *location)'
    extern 'int cbj_query_set_page_size(void *query, unsigned int jobs)'
    extern 'int cbj_query_set_max_jobs(void *query, unsigned int jobs)'
    extern 'int cbj_client_list_jobs(void *client, void *query, void *iter, void *error)'
    extern 'int cbj_job_iter_next(void *iter, void *job, void *error)'
    extern 'long long cbj_job_iter_total_count(void *iter)'
    extern 'long long cbj_job_iter_missing_count(void *iter)'
    extern 'int cbj_job_iter_is_complete(void *iter)'
    extern 'void cbj_job_iter_free(void *iter)'
    extern 'int cbj_client_summarize_jobs(void *client, void *query, void *summary, void *error)'
    extern 'void *cbj_summary_latest(void *summary)'
    extern 'void *cbj_summary_latest_ended(void *summary)'
    extern 'void *cbj_summary_latest_in_state(void *summary, int state)'
    extern 'long long cbj_summary_count(void *summary)'
    extern 'long long cbj_summary_count_in_state(void *summary, int state)'
    extern 'long long cbj_summary_total_count(void *summary)'
    extern 'long long cbj_summary_missing_count(void *summary)'
    extern 'int cbj_summary_is_complete(void *summary)'
    extern 'void cbj_summary_free(void *summary)'
    extern 'int cbj_job_parse(const char *json, size_t length, void *job, void *error)'
    extern 'void cbj_job_free(void *job)'
    extern 'const char *cbj_job_id(void *job)'
    extern 'int cbj_job_state(void *job)'
    extern 'const char *cbj_job_state_text(void *job)'
    extern 'int cbj_state_is_terminal(int state)'
    extern 'long long cbj_job_start_time_ms(void *job)'
    extern 'long long cbj_job_finish_time_ms(void *job)'
    extern 'const char *cbj_job_start_time_text(void *job)'
    extern 'const char *cbj_job_finish_time_text(void *job)'
    extern 'long long cbj_job_elapsed_ms(void *job)'
    extern 'double cbj_job_duration_hours(void *job)'
    extern 'const char *cbj_job_duration_text(void *job)'
    extern 'long long cbj_job_total_count(void *job)'
    extern 'long long cbj_job_failed_count(void *job)'
    extern 'long long cbj_job_successful_count(void *job)'
    extern 'long long cbj_job_skipped_count(void *job)'
    extern 'size_t cbj_job_error_count(void *job)'
    extern 'int cbj_job_has_error_list(void *job)'
    extern 'const char *cbj_job_error_message(void *job, size_t index)'
    extern 'const char *cbj_job_error_url(void *job, size_t index)'
    extern 'long long cbj_job_error_occurrences(void *job, size_t index)'
    extern 'int cbj_job_error_has_code(void *job, size_t index)'
    extern 'const char *cbj_job_request_id(void *job)'
    extern 'const char *cbj_job_trace_id(void *job)'
    extern 'long long cbj_job_response_time_ms(void *job)'
    extern 'const char *cbj_job_json(void *job)'
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

    # The number of a choice: one of the service's own, or a name as the library knows it.
    def self.choice(name, value)
      return value if value.is_a?(Integer)

      found = yield text_in(name, value)
      raise ArgumentError, "there is no #{name} #{value.inspect}" if found.negative?

      found
    end

    # The nearest number that C has; the library refuses 0 where it means nothing.
    def self.uint32(number)
      number.clamp(0, (2**32) - 1)
    end

    # For C, which counts milliseconds: any time above 0 is at least one of them.
    def self.milliseconds(seconds)
      uint32((seconds * 1000).ceil)
    end

    # Unix milliseconds; nil is no limit.
    def self.limit(time)
      time.nil? ? NO_TIME : (time.to_r * 1000).floor
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

    # For functions that have a status and no error.
    def self.check(name, status)
      raise ArgumentError, "#{name} is not allowed: #{cbj_status_name(status)}" unless status.zero?
    end

    # Calls in a thread of its own, so that what ends this one's wait, such as Interrupt, ends the call. That thread does not
    # fail, but answers its error: with Thread.abort_on_exception it would end the program.
    def self.interruptible(client)
      call = Thread.new do
        [yield, nil]
      rescue Exception => e
        [nil, e]
      end
      found, error = call.value
      raise error if error

      found
    ensure
      if call&.alive?
        begin
          cbj_client_cancel(client)
          # What ended the wait is raised, and not the call's error.
          call.join
        ensure
          cbj_client_resume(client)
        end
      end
    end
  end

  # The library's version.
  def self.version
    Native.cbj_version.to_s
  end

  # Whether the library was built with a feature, for example 'certificate'.
  def self.feature?(name)
    Native.cbj_has_feature(Native.text_in('name', name)) == 1
  end

  # What a job does. The numbers are the service's own; a query also takes names, as text or symbols.
  module JobType
    # begin generated: job_types
    ALL = 0
    BACKUP = 1
    RESTORE = 2
    EXPORT = 3
    DELETION = 4
    RETENTION = 5
    # end generated

    # 'backup'; nil for a number without a name.
    def self.name_of(number)
      Native.text(Native.cbj_job_type_name(number))
    end

    # The number of a name; case, blanks, '_' and '-' do not count.
    def self.parse(name)
      Native.choice('job type', name) { |text| Native.cbj_job_type_from_name(text) }
    end
  end

  # The kind of objects that a job is about, likewise.
  module ObjectType
    # begin generated: object_types
    ALL = 0
    EXCHANGE_ONLINE = 1
    SHAREPOINT_ONLINE = 2
    ONEDRIVE = 3
    MICROSOFT_365_GROUPS = 4
    PROJECT_ONLINE = 5
    PUBLIC_FOLDER = 6
    TEAMS = 7
    VIVA_ENGAGE = 8
    TEAMS_CHAT = 9
    POWER_BI = 10
    POWER_AUTOMATE = 11
    POWER_APPS = 12
    # end generated

    # 'exchange-online'; nil for a number without a name.
    def self.name_of(number)
      Native.text(Native.cbj_object_type_name(number))
    end

    # The number of a name; case, blanks, '_' and '-' do not count.
    def self.parse(name)
      Native.choice('object type', name) { |text| Native.cbj_object_type_from_name(text) }
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
    TopError = Struct.new(:message, :url, :occurrences, :has_code)

    attr_reader :id, :state, :state_text, :start_time, :finish_time, :start_time_text, :finish_time_text, :elapsed,
                :duration_hours, :duration_text, :total_count, :failed_count, :successful_count, :skipped_count, :errors,
                :request_id, :trace_id, :response_time, :json

    # Reads a saved answer of the service.
    def self.parse(json)
      take(Native.call { |job, error| Native.cbj_job_parse(json, json.bytesize, job, error) })
    end

    # Copies the job out of its handle, which is freed.
    def self.take(handle)
      new(handle)
    ensure
      Native.cbj_job_free(handle)
    end

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
                     Native.count(Native.cbj_job_error_occurrences(handle, index)),
                     [false, true, nil][Native.cbj_job_error_has_code(handle, index)]).freeze
      end.freeze
      @error_list = Native.cbj_job_has_error_list(handle) == 1
      @duration_text = Native.text(Native.cbj_job_duration_text(handle))
      @request_id = Native.text(Native.cbj_job_request_id(handle))
      @trace_id = Native.text(Native.cbj_job_trace_id(handle))
      @response_time = Native.time(Native.cbj_job_response_time_ms(handle))
      @json = Native.text(Native.cbj_job_json(handle))
      freeze
    end

    # Of a symbol or text; nil is any.
    def self.state_number(state)
      STATES.key((state || :unknown).to_sym) || raise(ArgumentError, "there is no state #{state.inspect}")
    end

    # Whether the service sent the list of errors, even an empty one.
    def error_list?
      @error_list
    end

    # Whether it has ended.
    def terminal?
      Native.cbj_state_is_terminal(STATES.key(state)) == 1
    end
  end

  # A list of jobs, read page by page as it is needed, by one thread and once, as an IO is: a second loop goes on where the
  # first one ended, and after a failure it asks for the same page again. Outlives its client. Freed when it is collected.
  class JobList
    include Enumerable

    FREE = Fiddle::Function.new(Native.handler.sym('cbj_job_iter_free'), [Fiddle::TYPE_VOIDP], Fiddle::TYPE_VOID)

    def initialize(client, handle)
      @client = client
      @handle = handle
      @handle.free = FREE
      @ahead = nil
    end

    def each
      return to_enum(:each) unless block_given?

      while (job = following)
        yield job
      end
      self
    end

    # How many jobs there are, as the service said last, in whole days.
    def total_count
      Native.count(Native.cbj_job_iter_total_count(@handle))
    end

    # After the end: how many jobs the service says it has and did not send; nil where the number is unknown.
    def missing_count
      Native.count(Native.cbj_job_iter_missing_count(@handle))
    end

    # After the end: whether no job is known to be missing.
    def complete?
      Native.cbj_job_iter_is_complete(@handle) == 1
    end

    private

    # The next job; nil at the end. One that came just when an interrupt did is kept for the next call.
    def following
      @ahead || Native.interruptible(@client) do
        found = Native.call { |job, error| Native.cbj_job_iter_next(@handle, job, error) }
        @ahead = found.null? ? nil : Job.take(found)
      end
      job, @ahead = @ahead, nil
      job
    end
  end

  # What the jobs of a query say together. A job that there is not is nil; hashes are by state.
  class Summary
    attr_reader :latest, :latest_ended, :latest_in_state, :count, :count_in_state, :total_count, :missing_count

    # Copies the summary out of its handle, which is freed.
    def initialize(handle)
      @latest = job(Native.cbj_summary_latest(handle))
      @latest_ended = job(Native.cbj_summary_latest_ended(handle))
      @latest_in_state = Job::STATES.to_h { |number, state| [state, job(Native.cbj_summary_latest_in_state(handle, number))] }
      @count = Native.cbj_summary_count(handle)
      @count_in_state = Job::STATES.to_h { |number, state| [state, Native.cbj_summary_count_in_state(handle, number)] }
      @total_count = Native.count(Native.cbj_summary_total_count(handle))
      @missing_count = Native.count(Native.cbj_summary_missing_count(handle))
      @is_complete = Native.cbj_summary_is_complete(handle) == 1
      freeze
    ensure
      Native.cbj_summary_free(handle)
    end

    # Whether no job is known to be missing.
    def complete?
      @is_complete
    end

    private

    def job(handle)
      handle.null? ? nil : Job.new(handle)
    end
  end

  # Asks the service; configured by the environment and by options with the names of the library's configuration file.
  # Where both have an option, the one given here wins; nil leaves it out. Freed when it is collected.
  class Client
    FREE = Fiddle::Function.new(Native.handler.sym('cbj_client_free'), [Fiddle::TYPE_VOIDP], Fiddle::TYPE_VOID)

    def initialize(**options)
      configure(options) { |config, error| Native.cbj_config_load_env(config, error) }
    end

    # Configured by a file, instead of the environment, and by options.
    def self.from_file(path, **options)
      name = Native.text_in('path', path)
      client = allocate
      client.send(:configure, options) { |config, error| Native.cbj_config_load_file(config, name, error) }
      client
    end

    # Retrieves one job. What ends the wait for it, such as Interrupt, ends the calls of other threads on this client, too.
    def job(job_id, location = nil)
      id = Native.text_in('job_id', job_id)
      where = Native.text_in('location', location)
      Native.interruptible(@handle) do
        Job.take(Native.call { |job, error| Native.cbj_client_get_job(@handle, id, where, job, error) })
      end
    end

    # Waits until a job has ended, well or not. Asks for it at an interval, in seconds, of which 0 means 30, and fails with
    # CBJ_ERROR_TIMEOUT after the timeout. Failures that a later call may not have do not end it.
    def wait_job(job_id, timeout:, interval: 0, location: nil)
      id = Native.text_in('job_id', job_id)
      where = Native.text_in('location', location)
      times = [interval, timeout].map { |seconds| Native.milliseconds(seconds) }
      Native.interruptible(@handle) do
        Job.take(Native.call { |job, error| Native.cbj_client_wait_job(@handle, id, where, *times, job, error) })
      end
    end

    # A JobList. The query: since and until (nil: no limit), job_type, object_type, state, location, page_size, max_jobs.
    # What is left out is as in the library: every job that started in the last 7 days.
    def jobs(**query)
      with_query(query) do |asked|
        JobList.new(@handle, Native.call { |list, error| Native.cbj_client_list_jobs(@handle, asked, list, error) })
      end
    end

    # A Summary of the same jobs. Reads the whole list within the time of one call.
    def summarize_jobs(**query)
      with_query(query) do |asked|
        Summary.new(Native.call { |made, error| Native.cbj_client_summarize_jobs(@handle, asked, made, error) })
      end
    end

    # Another client on the same connections and access token, with a timeout and an end of its own.
    def share
      other = self.class.allocate
      other.send(:own, Native.call { |place, error| Native.cbj_client_share(@handle, place, error) })
      other
    end

    # How long a whole call may take, in seconds, for calls that begin from now on.
    def timeout=(seconds)
      Native.check('timeout', Native.cbj_client_set_timeout_ms(@handle, Native.milliseconds(seconds)))
    end

    # Replaces the access token of a client that was configured with one.
    def access_token=(token)
      Native.check('access_token', Native.cbj_client_set_access_token(@handle, Native.text_in('access_token', token)))
    end

    private

    def configure(options)
      config = Native.cbj_config_new
      Native.call { |_, error| yield config, error }
      options.compact.each do |name, value|
        option = Native.text_in("an option's name", name)
        text = Native.text_in(name, value)
        Native.call { |_, error| Native.cbj_config_set_option(config, option, text, error) }
      end
      own(Native.call { |client, error| Native.cbj_client_new(config, client, error) })
    ensure
      Native.cbj_config_free(config)
    end

    def own(handle)
      @handle = handle
      @handle.free = FREE
    end

    def with_query(options)
      query = Native.cbj_query_new
      options.each { |name, value| Native.check(name, set(query, name, value)) }
      Native.interruptible(@handle) { yield query }
    ensure
      Native.cbj_query_free(query)
    end

    # The status of the option's setter.
    def set(query, name, value)
      case name
      when :since then Native.cbj_query_set_since_ms(query, Native.limit(value))
      when :until then Native.cbj_query_set_until_ms(query, Native.limit(value))
      when :job_type then Native.cbj_query_set_job_type(query, JobType.parse(value))
      when :object_type then Native.cbj_query_set_object_type(query, ObjectType.parse(value))
      when :state then Native.cbj_query_set_state(query, Job.state_number(value))
      when :location then Native.cbj_query_set_location(query, Native.text_in(name, value))
      when :page_size then Native.cbj_query_set_page_size(query, Native.uint32(value))
      when :max_jobs then Native.cbj_query_set_max_jobs(query, Native.uint32(value))
      else raise ArgumentError, "a query has no #{name}"
      end
    end
  end
end
