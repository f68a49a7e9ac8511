// An authorization server with one client, which proves itself with a certificate: oidc-provider, on loopback.
//
// node server.mjs MODULES CERTIFICATE CLIENT_ID SCOPE: MODULES is the folder that has node_modules in it. Prints the token
// URL, and ends with its standard input, so that it never outlives a test.
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, certificatePath, clientId, scope] = process.argv.slice(2);
const resolve = createRequire(path.join(path.resolve(modules), 'package.json')).resolve;
const { default: Provider } = await import(pathToFileURL(resolve('oidc-provider')));

const certificate = new X509Certificate(readFileSync(certificatePath));
const thumbprint = createHash('sha1').update(certificate.raw).digest();
const key = {
  ...certificate.publicKey.export({ format: 'jwk' }),
  kid: thumbprint.toString('hex').toUpperCase(),
  x5t: thumbprint.toString('base64url'),
  alg: 'RS256',
  use: 'sig',
};

// The issuer's name contains the port, so the socket is opened first.
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'RS256',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope,
        jwks: { keys: [key] },
      },
    ],
    scopes: [scope],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  });
  server.on('request', provider.callback());
  process.stdout.write(`${issuer}/token\n`);
});

process.stdin.resume();
process.stdin.on('end', () => process.exit());
