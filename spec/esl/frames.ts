/** Bytes as mod_event_socket sends them. */
import { readFileSync } from 'node:fs';

export function commandReply(text: string): string {
  return `Content-Type: command/reply\nReply-Text: ${text}\n\n`;
}

export function apiResponse(body: string): string {
  return `Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`;
}

export function jsonEvent(headers: Record<string, unknown>): string {
  return withBody('text/event-json', JSON.stringify(headers));
}

export function withBody(contentType: string, body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: ${contentType}\n\n${body}`;
}

export function job(jobUuid: string, result: string): string {
  return jsonEvent({ 'Event-Name': 'BACKGROUND_JOB', 'Job-UUID': jobUuid, _body: result });
}

export function recorded(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/esl-protocol/${name}`, import.meta.url));
}
