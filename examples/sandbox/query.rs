//! The parameters of the job endpoints. What is not documented is refused, because it would reveal a mistake of the client.

use super::wire::parse_form;
use chrono::NaiveDate;

/// The name of a parameter that is wrong, and what is wrong with it.
pub type Wrong = (String, &'static str);

const DEFAULT_PAGE_SIZE: usize = 10;
const MALFORMED: &str = "The query is malformed.";
const UNKNOWN_PARAMETER: &str = "There is no such parameter.";
const GIVEN_TWICE: &str = "The parameter is given twice.";
const NOT_A_DATE: &str = "The value must be a date like 2026-11-17.";
const NOT_A_NUMBER: &str = "The value must be a number, in digits.";
const NOT_DOCUMENTED: &str = "The value is not one of the documented numbers.";

/// The largest documented number of `jobType`, `objectType` and `jobState`.
const MAX_JOB_TYPE: u8 = 5;
const MAX_OBJECT_TYPE: u8 = 12;
const MAX_JOB_STATE: u8 = 5;

/// The question to the list. A number of 0 stands for all.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Jobs that started on this day or later.
    pub start: Option<NaiveDate>,
    /// Jobs that started before this day begins.
    pub finish: Option<NaiveDate>,
    /// The type of the job.
    pub job_type: u8,
    /// The kind of object.
    pub object_type: u8,
    /// The state of the job.
    pub job_state: u8,
    /// `None` for all locations.
    pub location: Option<String>,
    /// From 0.
    pub page_index: usize,
    /// At least 1.
    pub page_size: usize,
}

impl ListQuery {
    /// Reads the query of a request.
    pub fn parse(query: &str) -> Result<Self, Wrong> {
        let mut list = Self {
            start: None,
            finish: None,
            job_type: 0,
            object_type: 0,
            job_state: 0,
            location: None,
            page_index: 0,
            page_size: DEFAULT_PAGE_SIZE,
        };
        for (name, value) in parameters(query)? {
            list.set(&name, &value).map_err(|why| (name, why))?;
        }
        match (list.start, list.finish) {
            (Some(start), Some(finish)) if finish < start => {
                Err(("finishTime".to_owned(), "The time range ends before it starts."))
            }
            _ => Ok(list),
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        match name.to_ascii_lowercase().as_str() {
            "starttime" => self.start = Some(date(value)?),
            "finishtime" => self.finish = Some(date(value)?),
            "jobtype" => self.job_type = documented(value, MAX_JOB_TYPE)?,
            "objecttype" => self.object_type = documented(value, MAX_OBJECT_TYPE)?,
            "jobstate" => self.job_state = documented(value, MAX_JOB_STATE)?,
            "location" if value.is_empty() => return Err("The value is empty."),
            "location" => self.location = Some(value.to_owned()),
            "pageindex" => self.page_index = number(value)?,
            "pagesize" => match number(value)? {
                0 => return Err("The value must be at least 1."),
                size => self.page_size = size,
            },
            _ => return Err(UNKNOWN_PARAMETER),
        }
        Ok(())
    }

    /// The query of another page, with all filters. There is another page only at locations whose names need no escape.
    pub fn for_page(&self, page_index: usize) -> String {
        let mut query = String::new();
        for (name, date) in [("startTime", self.start), ("finishTime", self.finish)] {
            if let Some(date) = date {
                query.push_str(&format!("{name}={date}&"));
            }
        }
        for (name, number) in
            [("jobType", self.job_type), ("objectType", self.object_type), ("jobState", self.job_state)]
        {
            if number != 0 {
                query.push_str(&format!("{name}={number}&"));
            }
        }
        if let Some(location) = &self.location {
            query.push_str(&format!("location={}&", location));
        }
        format!("{query}pageSize={}&pageIndex={page_index}", self.page_size)
    }
}

/// The only parameter of the details endpoint, `location`.
pub fn location(query: &str) -> Result<Option<String>, Wrong> {
    match parameters(query)?.into_iter().next() {
        None => Ok(None),
        Some((name, value)) if name.eq_ignore_ascii_case("location") => Ok(Some(value)),
        Some((name, _)) => Err((name, UNKNOWN_PARAMETER)),
    }
}

/// Names and values, no name twice.
fn parameters(query: &str) -> Result<Vec<(String, String)>, Wrong> {
    let parameters = parse_form(query).ok_or((String::new(), MALFORMED))?;
    for (at, (name, _)) in parameters.iter().enumerate() {
        if parameters[..at].iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            return Err((name.clone(), GIVEN_TWICE));
        }
    }
    Ok(parameters)
}

/// A date without a time of day, as documented. Anything that is not written just so is refused.
fn date(value: &str) -> Result<NaiveDate, &'static str> {
    let date = value.parse::<NaiveDate>().map_err(|_| NOT_A_DATE)?;
    if date.to_string() == value { Ok(date) } else { Err(NOT_A_DATE) }
}

fn documented(value: &str, max: u8) -> Result<u8, &'static str> {
    u8::try_from(number(value)?).ok().filter(|number| *number <= max).ok_or(NOT_DOCUMENTED)
}

fn number(value: &str) -> Result<usize, &'static str> {
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NOT_A_NUMBER);
    }
    // A number of the service is an Int32.
    value.parse::<i32>().ok().and_then(|number| usize::try_from(number).ok()).ok_or(NOT_A_NUMBER)
}
