/** How the bytes of a stream travel. Event numbers count from 0, in the order in which events are sent. */
export type Transport = {
  /** Ends lines with CRLF. */
  crlf?: boolean;
  /** Cuts the byte stream in packets of this size, so lines and UTF-8 sequences split; 1 is allowed. */
  packetBytes?: number;
  /** Waits this long after each packet, or after each event where packetBytes is not set. */
  dripMs?: number;
  /** Ends the answer cleanly after this many events. */
  cutAfterEvents?: number;
  /** Destroys the socket after this many events. */
  resetAfterEvents?: number;
  /** Ends the answer cleanly where the finish reason or terminal event would come. */
  cutBeforeFinish?: boolean;
  /** The end of the body comes so long after its last event, as it does where each travels in a packet of its own. */
  endDelayMs?: number;
  /** Leaves out `data: [DONE]`. */
  omitDone?: boolean;
  /** The data of this event is broken JSON. */
  malformedAt?: number;
  /** In place of this event comes the dialect's error object, and the stream ends. */
  errorEventAt?: number;
  /** What that error event says instead of the dialect's usual error. */
  errorBody?: unknown;
  /** Sends comments and keep-alive blank lines between the events. */
  comments?: boolean;
  /** After this many events, sends this text again and again until the caller leaves. */
  stall?: { afterEvents: number; text: string };
};
