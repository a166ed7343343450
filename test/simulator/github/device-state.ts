/** An `error` of the poll, or what else a poll can come to. */
export type DeviceOutcome =
  | 'approved'
  | 'authorization_pending'
  | 'slow_down'
  | 'access_denied'
  | 'expired_token'
  | 'token_expired'
  | 'incorrect_device_code'
  | 'unsupported_grant_type'
  | 'incorrect_client_credentials'
  | 'device_flow_disabled'
  | 'bad_verification_code'
  | 'unverified_user_email'
  /** Destroys the socket. */
  | 'reset'
  | RawOutcome;

/** A poll answered word for word; a string body is sent as it is. */
export type RawOutcome = {
  status: number;
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
};

export type DeviceState = {
  /** What the next polls answer, one each. Once empty, approveAfterMs decides. */
  outcomes: DeviceOutcome[];
  /** Approval comes this long after the device code was issued; undefined never approves. */
  approveAfterMs: number | undefined;
  /** Seconds between polls; fractions keep tests fast. */
  interval: number;
  /** Seconds that slow_down adds to the interval. */
  slowDownStep: number;
  /** Seconds until a device code expires. */
  expiresIn: number;
  /** Answers slow_down to a poll that comes sooner than the interval after the one before. */
  enforceInterval: boolean;
  grantedToken: string;
  /** The scope of the granted token; undefined repeats what was asked for. */
  scope: string | undefined;
  /** The status of error answers: GitHub uses 200, some deployments 400. */
  pollStatus: number;
  /** Keys added to the answer that issues a code, such as verification_uri_complete. */
  extra: Record<string, unknown>;
};

export function createDeviceState(): DeviceState {
  return {
    outcomes: [],
    approveAfterMs: 0,
    interval: 1,
    slowDownStep: 5,
    expiresIn: 899,
    enforceInterval: false,
    grantedToken: 'ghu_simulatedGrantedByDeviceFlow00000001',
    scope: undefined,
    pollStatus: 200,
    extra: {},
  };
}
