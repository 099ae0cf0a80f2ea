/** Q.850 numbers and SIP statuses of the causes that the simulator uses, as recorded. */
const causes: Record<string, { q850: number; sip?: number }> = {
  NORMAL_CLEARING: { q850: 16 },
  ORIGINATOR_CANCEL: { q850: 16 },
  ALLOTTED_TIMEOUT: { q850: 16 },
  USER_NOT_REGISTERED: { q850: 16 },
  GATEWAY_DOWN: { q850: 16 },
  INVALID_GATEWAY: { q850: 16 },
  SYSTEM_SHUTDOWN: { q850: 16 },
  LOSE_RACE: { q850: 16 },
  NO_ANSWER: { q850: 19 },
  USER_BUSY: { q850: 17, sip: 486 },
  CALL_REJECTED: { q850: 21, sip: 603 },
  UNALLOCATED_NUMBER: { q850: 1, sip: 404 },
  NORMAL_TEMPORARY_FAILURE: { q850: 41, sip: 503 },
  DESTINATION_OUT_OF_ORDER: { q850: 27 },
};

export const q850Of = (cause: string): number => causes[cause]?.q850 ?? 16;

/** The SIP status with which the far end refused; undefined when it wasn't the far end. */
export const sipStatusOf = (cause: string): number | undefined => causes[cause]?.sip;

/** DIALSTATUS is the cause, except for these. */
export const dialStatusOf = (cause: string): string =>
  ({ USER_BUSY: 'BUSY', NO_ANSWER: 'NOANSWER', CALL_REJECTED: 'CALLREJECTED' })[cause] ?? cause;
