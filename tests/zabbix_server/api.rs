//! The API of the frontend: JSON-RPC over HTTP.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use serde_json::{Value, json};

pub struct Api {
    port: u16,
    session: Option<String>,
}

/// What an import may do: everything, as the form of the frontend proposes it for a newer version of a template.
fn import_rules() -> Value {
    let all = json!({"createMissing": true, "updateExisting": true, "deleteMissing": true});
    let kept = json!({"createMissing": true, "updateExisting": true});
    json!({
        "groups": kept, "templates": kept, "items": all, "discoveryRules": all, "triggers": all, "graphs": all,
        "templateDashboards": all, "valueMaps": all,
    })
}

impl Api {
    /// As the administrator that every new Zabbix has.
    pub fn log_in(port: u16) -> Self {
        let mut api = Self { port, session: None };
        let session = api.call("user.login", &json!({"username": "Admin", "password": "zabbix"}));
        api.session = Some(session.as_str().expect("is a text").to_owned());
        api
    }

    pub fn call(&self, method: &str, parameters: &Value) -> Value {
        self.try_call(method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The result or the error.
    pub fn try_call(&self, method: &str, parameters: &Value) -> Result<Value, Value> {
        let mut request = json!({"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1});
        if let Some(session) = &self.session {
            request["auth"] = json!(session);
        }
        let body = request.to_string();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("the frontend listens");
        let head = format!(
            "POST /api_jsonrpc.php HTTP/1.0\r\nContent-Type: application/json-rpc\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).expect("the frontend reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the frontend answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("HTTP");
        let mut answer: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{head}\n\n{body}"));
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["result"].take()),
        }
    }

    /// The first object of this kind with these properties.
    pub fn find(&self, object: &str, filter: Value, output: &[&str]) -> Option<Value> {
        let found = self.call(&format!("{object}.get"), &json!({"filter": filter, "output": output}));
        found.as_array().expect("a list").first().cloned()
    }

    pub fn import(&self, template: &str) -> Result<Value, Value> {
        let parameters = json!({"format": "yaml", "rules": import_rules(), "source": template});
        self.try_call("configuration.import", &parameters)
    }

    /// The template as the frontend exports it.
    pub fn export(&self, template: &str, format: &str) -> String {
        let id = self.find("template", json!({"host": template}), &["templateid"]).expect("is there");
        let options = json!({"templates": [id["templateid"]]});
        let text = self.call("configuration.export", &json!({"format": format, "options": options}));
        text.as_str().expect("is a text").to_owned()
    }
}
