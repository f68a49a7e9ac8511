//! A client's second connection resumes the TLS session of its first connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::{HandshakeKind, ServerConnection, StreamOwned, SupportedProtocolVersion};

use crate::server::{Server, TLS12, TLS13, certificate};
use crate::support::abi::Setup;
use crate::support::answers::{JOB, JOB_ID, answer};
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step, Wire};

/// The kind of each connection's handshake, in the order in which the connections ended.
type Kinds = Arc<Mutex<Vec<Option<HandshakeKind>>>>;

struct Recorded {
    stream: StreamOwned<ServerConnection, TcpStream>,
    kinds: Kinds,
}

impl Read for Recorded {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.read(bytes)
    }
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Wire for Recorded {
    fn socket(&self) -> &TcpStream {
        &self.stream.sock
    }

    fn say_goodbye(&mut self) {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner).push(self.stream.conn.handshake_kind());
        self.stream.say_goodbye();
    }
}

fn handshakes(versions: &'static [&'static SupportedProtocolVersion]) -> Vec<Option<HandshakeKind>> {
    let config = Arc::new(Server { versions, ..Server::default() }.config());
    let kinds = Kinds::default();
    let wrap = {
        let kinds = Arc::clone(&kinds);
        move |socket| -> Box<dyn Wire> {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("the configuration is complete");
            Box::new(Recorded { stream: StreamOwned::new(connection, socket), kinds: Arc::clone(&kinds) })
        }
    };
    let closes = answer("200 OK\r\nContent-Type: application/json\r\nConnection: close", JOB);
    let scripts = [vec![Step::Request, Step::Send(closes)]];
    let server = ScriptedServer::start_over(Arc::new(wrap), scripts, Afterwards::RepeatLast);
    let url = server.url().replace("http:", "https:");
    let client = Setup::with_token(&url).ca_file(&certificate("ca.pem")).client();
    for _ in 0..3 {
        client.get_job(JOB_ID, None).expect("is served");
    }
    assert_eq!(server.connections(), 3);
    // The client does not wait for the end of a connection.
    let begin = Instant::now();
    loop {
        let ended = kinds.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if ended.len() == 3 || begin.elapsed() > Duration::from_secs(10) {
            return ended;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_session_is_resumed_by_the_next_connection() {
    for versions in [TLS12, TLS13] {
        let mut kinds = handshakes(versions);
        // Connections may end in another order than they began.
        kinds.sort_by_key(|kind| *kind == Some(HandshakeKind::Resumed));
        assert_eq!(
            kinds,
            [HandshakeKind::Full, HandshakeKind::Resumed, HandshakeKind::Resumed].map(Some),
            "{versions:?}"
        );
    }
}
