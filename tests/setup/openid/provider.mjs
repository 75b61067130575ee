// A provider of OpenID Connect for the tests: real, with everything in memory and nobody to ask.
//
//   provider.mjs PORT REDIRECT_URI...
//
// It listens on 127.0.0.1 (PORT 0: a free one), says `listening at ADDRESS` once it does, and ends with its standard input. The client
// is CLIENT_ID (core-monitor) with CLIENT_SECRET (a-secret-of-the-tests). Whoever comes with `login_hint` is that account; others get a
// page with the accounts. Everything that the client asks for is granted.
//
// POST /control takes what is to change:
//   {"groups": {"ann": ["admins"]}}   what the groups of these accounts are from now on; an account that is not there is added
//   {"keys": "rotated"}               another key signs, and only that one is published
//   {"keys": "forged"}                another key signs, and claims to be the one that is still published
//   {"keys": "honest"}                the published key signs again

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const [port, ...redirectUris] = process.argv.slice(2);
if (!/^\d+$/.test(port ?? '') || redirectUris.length === 0) {
    console.error('usage: provider.mjs PORT REDIRECT_URI...');
    process.exit(2);
}

const groups = new Map([
    ['ann', ['admins']],
    ['bob', ['devs']],
    ['carl', []],
]);

const newKey = (kid = randomUUID()) => ({
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    alg: 'RS256',
    kid,
    use: 'sig',
});

/** What the provider remembers. It outlives a change of keys, so that a sign-in can be under way meanwhile. */
const stored = new Map();
const byUid = (uid) => [...stored.values()].find((one) => one.uid === uid);

class Memory {
    constructor(kind) {
        this.kind = kind;
    }

    key(id) {
        return `${this.kind}:${id}`;
    }

    async upsert(id, payload) {
        stored.set(this.key(id), payload);
    }

    async find(id) {
        return stored.get(this.key(id));
    }

    async findByUid(uid) {
        return byUid(uid);
    }

    async findByUserCode() {
        return undefined;
    }

    async consume(id) {
        stored.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id) {
        stored.delete(this.key(id));
    }

    async revokeByGrantId(grantId) {
        for (const [key, one] of stored) {
            if (one.grantId === grantId) stored.delete(key);
        }
    }
}

const account = (id) => ({
    accountId: id,
    claims: () => ({
        sub: id,
        preferred_username: id,
        email: `${id}@example.org`,
        groups: groups.get(id),
    }),
});

const cookieKeys = [randomUUID()];

function providerWith(issuer, key) {
    return new Provider(issuer, {
        adapter: Memory,
        claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'], groups: ['groups'] },
        clients: [
            {
                client_id: process.env.CLIENT_ID ?? 'core-monitor',
                client_secret: process.env.CLIENT_SECRET ?? 'a-secret-of-the-tests',
                redirect_uris: redirectUris,
            },
        ],
        cookies: { keys: cookieKeys },
        features: { devInteractions: { enabled: false } },
        findAccount: (_, id) => (groups.has(id) ? account(id) : undefined),
        interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
        jwks: { keys: [key] },
        pkce: { required: () => true },
        scopes: ['openid', 'profile', 'email', 'groups'],
        ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    });
}

async function finish(provider, request, response, chosen) {
    const { params, grantId, session, prompt } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
        const id = chosen ?? params.login_hint;
        if (!groups.has(id)) return page(response);
        return provider.interactionFinished(request, response, { login: { accountId: id, remember: false } });
    }
    const known = grantId && (await provider.Grant.find(grantId));
    const grant = known || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

function page(response) {
    const links = [...groups.keys()].map((id) => `<li><a href="?as=${encodeURIComponent(id)}">${encodeURIComponent(id)}</a></li>`);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Who are you?</title><h1>Who are you?</h1><ul>${links.join('')}</ul>`);
}

async function control(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const wanted = JSON.parse(Buffer.concat(parts).toString());
    for (const [id, own] of Object.entries(wanted.groups ?? {})) groups.set(id, own);
    if (wanted.keys === 'rotated') {
        published = newKey();
        provider = providerWith(issuer, published);
    } else if (wanted.keys === 'forged') {
        provider = providerWith(issuer, newKey(published.kid));
    } else if (wanted.keys === 'honest') {
        provider = providerWith(issuer, published);
    } else if (wanted.keys !== undefined) {
        response.statusCode = 400;
    }
    response.end();
}

let issuer;
let provider;
let published = newKey();

async function answer(request, response) {
    const url = new URL(request.url, issuer);
    if (url.pathname === '/control' && request.method === 'POST') return control(request, response);
    if (url.pathname.startsWith('/interaction/')) {
        return finish(provider, request, response, url.searchParams.get('as') ?? undefined);
    }
    if (url.pathname === '/jwks') {
        // Whatever key signs: only this one is published.
        const { kty, n, e, alg, kid, use } = published;
        response.setHeader('Content-Type', 'application/jwk-set+json');
        return response.end(JSON.stringify({ keys: [{ kty, n, e, alg, kid, use }] }));
    }
    return provider.callback()(request, response);
}

const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
        console.error(error);
        response.statusCode = 500;
        response.end(String(error));
    });
});
server.listen(Number(port), '127.0.0.1', () => {
    issuer = `http://127.0.0.1:${server.address().port}`;
    provider = providerWith(issuer, published);
    console.log(`listening at ${issuer}`);
});
process.stdin.on('end', () => process.exit(0)).resume();
