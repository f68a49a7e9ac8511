//! The access token: where it comes from, how long it is used, and what a 401 does to it.

mod assertion;
mod cache;
mod request;
mod token;
mod token_slot;

use std::borrow::Cow;
use std::sync::Arc;

use crate::config::{Credentials, check_token};
use crate::error::{Error, ErrorKind};
use crate::http::{Attempt, Http};
use crate::log::Log;
use crate::report::Failed;
use crate::secret::{Secret, conceal};
use cache::TokenCache;

pub(crate) use token::Token;

/// Provides access tokens. Shared by threads.
#[derive(Debug)]
pub(crate) struct Access {
    credentials: Arc<Credentials>,
    cache: TokenCache,
    log: Log,
}

impl Access {
    pub(crate) fn new(credentials: Credentials, log: Log) -> Self {
        let cache = match &credentials {
            Credentials::AccessToken(token) => TokenCache::holding(Some(Arc::new(Token::from_host(token.clone())))),
            Credentials::App(_) => TokenCache::default(),
        };
        Self { credentials: Arc::new(credentials), cache, log }
    }

    /// A copy for a forked child.
    pub(crate) fn renewed(&self) -> Self {
        Self { credentials: Arc::clone(&self.credentials), cache: self.cache.renewed(), log: self.log.clone() }
    }

    /// A token to use now. If it has to be fetched, one fetch serves all threads that wait for it.
    pub(crate) fn token(&self, http: &Http, attempt: &Attempt) -> Result<Arc<Token>, Failed> {
        self.cache.get(attempt, &self.log, |attempt| match &*self.credentials {
            Credentials::App(app) => {
                let token = request::fetch(http, attempt, app)?;
                let url = app.identity_url.as_str();
                self.log.debug(|| format!("access token fetched from {url}, {}", token.lifetime()));
                Ok(token)
            }
            Credentials::AccessToken(_) => {
                Err(Failed::permanent(Error::new(ErrorKind::Internal, "The token that the program set was dropped.")))
            }
        })
    }

    /// To be called when the service answered 401 to `token`. Returns whether there is another token to try, or whether
    /// one can be fetched.
    pub(crate) fn refused(&self, token: &Arc<Token>) -> bool {
        match &*self.credentials {
            Credentials::App(_) => {
                self.log.warn(|| "The service refused the access token (401): another one is fetched.".to_owned());
                self.cache.forget(token);
                true
            }
            // The program may have set a new token meanwhile.
            Credentials::AccessToken(_) => self.cache.holds_another(token),
        }
    }

    /// A text of the service, with the token hidden.
    pub(crate) fn without_token<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.cache.in_use() {
            Some(token) => conceal(text, token.expose()),
            None => Cow::Borrowed(text),
        }
    }

    /// Sets the program's own token, for calls from now on.
    pub(crate) fn replace(&self, token: &str) -> Result<(), Error> {
        if matches!(*self.credentials, Credentials::App(_)) {
            return Err(Error::new(
                ErrorKind::Config,
                "This client gets its tokens itself, with its client id: an access token cannot be set.",
            ));
        }
        check_token(token)
            .map_err(|reason| Error::new(ErrorKind::InvalidArgument, format!("The access token {reason}.")))?;
        self.cache.set(Token::from_host(Secret::new(token)));
        Ok(())
    }
}
