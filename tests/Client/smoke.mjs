// Lists, reads, acts and meets a problem, by a client whose types are generated from the server's own document. Both the compiler and the server look at it.
import createClient from 'openapi-fetch';

const [, , baseUrl, token, app] = /** @type {[string, string, string, string, string]} */ (process.argv);

/** @type {ReturnType<typeof createClient<import('./api.d.ts').paths>>} */
const client = createClient({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

/**
 * @param {boolean} holds
 * @param {string} otherwise
 * @returns {asserts holds}
 */
function require(holds, otherwise) {
  if (!holds) {
    throw new Error(otherwise);
  }
}

const releases = await client.GET('/manage/apps/{app}/releases', { params: { path: { app }, query: { limit: 1 } } });
require(releases.data !== undefined, 'The releases were not listed.');
const [newest] = releases.data.releases;
require(newest !== undefined && releases.data.next != null, 'There should be more than the newest release.');
const rest = await client.GET('/manage/apps/{app}/releases', { params: { path: { app }, query: { after: releases.data.next } } });
const older = rest.data?.releases[0];
require(older !== undefined && older.sequence < newest.sequence, 'The next page should begin behind the first one.');

const path = { app, version: older.version };
const read = await client.GET('/manage/apps/{app}/releases/{version}', { params: { path } });
require(read.data?.version === older.version, 'The release should be the one that was asked for.');
const tag = read.response.headers.get('ETag');
require(tag !== null, 'A release comes with its ETag.');

/** @type {import('./api.d.ts').components['schemas']['ReleaseOrder']} */
const order = { action: 'promote', channel: 'beta', allowDowngrade: true };
const stale = await client.POST('/manage/apps/{app}/releases/{version}', { params: { path, header: { 'If-Match': '"other"' } }, body: order });
require(stale.error?.code === 'changed_meanwhile', `The stale act should have been refused, not ${JSON.stringify(stale.error)}.`);
const promoted = await client.POST('/manage/apps/{app}/releases/{version}', { params: { path, header: { 'If-Match': tag } }, body: order });
require(promoted.data?.dryRun === false, `The release should have been promoted: ${JSON.stringify(promoted.error)}.`);
const [change] = promoted.data.changes;
require(change?.channel === 'beta' && change.to === older.version, 'The channel should lead to the release.');

const missing = await client.GET('/manage/apps/{app}/releases/{version}', { params: { path: { app, version: '9.9.9' } } });
require(missing.response.status === 404 && missing.error?.code === 'release_not_found', 'A release that is not there is a problem with its code.');
