//! The access token: where it comes from, how long it is used, and what a 401 does to it.

mod cache;
mod current;
mod request;

use std::sync::Arc;

use crate::config::{Credentials, check_token};
use crate::error::{Error, ErrorKind};
use crate::http::{Attempt, Http};
use crate::report::Failed;
use crate::secret::Secret;
use cache::TokenCache;

pub(crate) use cache::Token;

/// Gives out access tokens. Shared by threads.
#[derive(Debug)]
pub(crate) struct Access {
    credentials: Arc<Credentials>,
    cache: TokenCache,
}

impl Access {
    pub(crate) fn new(credentials: Credentials) -> Self {
        let cache = match &credentials {
            Credentials::AccessToken(token) => TokenCache::holding(Some(Arc::new(Token::of_host(token.clone())))),
            Credentials::ClientSecret { .. } => TokenCache::default(),
        };
        Self { credentials: Arc::new(credentials), cache }
    }

    /// The same for a process that was forked.
    pub(crate) fn renewed(&self) -> Self {
        Self { credentials: Arc::clone(&self.credentials), cache: self.cache.renewed() }
    }

    /// A token to use now, fetched if need be: once, however many threads wait for it.
    pub(crate) fn token(&self, http: &Http, attempt: &Attempt) -> Result<Arc<Token>, Failed> {
        self.cache.get(attempt, || match &*self.credentials {
            Credentials::ClientSecret { identity_url, client_id, secret, scope } => {
                // A server may echo what it was sent.
                request::fetch(http, attempt, identity_url, client_id, secret, scope)
                    .map_err(|failed| failed.without(secret.expose()))
            }
            Credentials::AccessToken(_) => {
                Err(Failed::finally(Error::new(ErrorKind::Internal, "A token of the host was dropped.")))
            }
        })
    }

    /// The service answered 401 to `token`. Whether there is, or can be got, another one to try.
    pub(crate) fn refused(&self, token: &Arc<Token>) -> bool {
        match &*self.credentials {
            Credentials::ClientSecret { .. } => {
                self.cache.forget(token);
                true
            }
            // The host may have set a new one meanwhile.
            Credentials::AccessToken(_) => self.cache.holds_another(token),
        }
    }

    /// Sets the host's token, for calls from now on.
    pub(crate) fn replace(&self, token: &str) -> Result<(), Error> {
        if matches!(*self.credentials, Credentials::ClientSecret { .. }) {
            return Err(Error::new(
                ErrorKind::Config,
                "This client gets its tokens itself, with client id and secret: an access token cannot be set.",
            ));
        }
        check_token(token)
            .map_err(|reason| Error::new(ErrorKind::InvalidArgument, format!("The access token {reason}.")))?;
        self.cache.set(Token::of_host(Secret::new(token)));
        Ok(())
    }
}
