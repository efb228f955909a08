import { call } from './api.js';

/** Who is signed in. The token itself is in a cookie that no script can read. */
export class Session {
  constructor({ principal = null, scopes = [], apps = null, entraId = false }) {
    Object.assign(this, { principal, scopes, apps, entraId });
  }

  /** Whether to show an act; whether it is allowed is decided by the server, at each call. Without an app: what concerns all of them. */
  may(scope, app = null) {
    return (this.scopes.includes('admin') || this.scopes.includes(scope)) && (this.apps === null || (app !== null && this.apps.includes(app)));
  }

  static async read() {
    try {
      return new Session((await call('GET', 'session')).data);
    } catch (fault) {
      // A cookie that is good no more was taken back with the answer.
      if (fault.status === 401) {
        return new Session((await call('GET', 'session')).data);
      }
      throw fault;
    }
  }

  static start = async token => new Session((await call('POST', 'session', { body: { token } })).data);

  static end = () => call('DELETE', 'session');
}
