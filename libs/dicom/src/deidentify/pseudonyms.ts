import { createHmac, createSecretKey } from 'node:crypto';
import { invalid, parsePatientCode, parseSha256 } from '@mammoline/kernel';
import type { PatientCode, Sha256 } from '@mammoline/kernel';

/** 256 bits as hexadecimal or base 64 have more. */
const fewestCharacters = 32;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 13;

/** Names in place of names: the same for the same value under one key, and without the key not to be found out from a list of guesses. */
export interface Pseudonyms {
  /** Tells keys apart and nothing else; safe to keep. */
  readonly fingerprint: string;
  /** A keyed hash; values of different `domain`s never meet. */
  hash(domain: string, value: string | Uint8Array): Sha256;
  /** 65 bits: among a million patients two share a code with a chance of 1 in 70 million. */
  patientCode(identity: string): PatientCode;
  /** `2.25.` and a UUID (version 8) as a number (PS3.5, B.2). UIDs that the standard itself assigns stay as they are. */
  uid(uid: string): string;
}

/**
 * @param secret the content of the key file; white space around it does not count
 * @throws Failure invalid, which never repeats the key
 */
export function createPseudonyms(secret: Uint8Array): Pseudonyms {
  const text = Buffer.from(secret).toString('utf8').trim();
  if (text.length < fewestCharacters) {
    throw invalid(
      `the key has ${String(text.length)} characters; expected at least ${String(fewestCharacters)}, as "openssl rand -hex 32" makes them`,
    );
  }
  // A key object shows nothing of itself when it is printed.
  const key = createSecretKey(Buffer.from(text, 'utf8'));
  const digest = (domain: string, value: string | Uint8Array): Buffer =>
    createHmac('sha256', key).update(`mammoline ${domain}\0`).update(value).digest();
  return {
    fingerprint: digest('key', '').toString('hex').slice(0, 32),
    hash: (domain, value) => parseSha256(digest(domain, value).toString('hex')),
    patientCode: (identity) => {
      let bits = BigInt(`0x${digest('patient', identity).toString('hex')}`);
      let code = 'P_';
      for (let at = 0; at < codeLength; at += 1) {
        code += alphabet[Number(bits & 31n)] ?? '';
        bits >>= 5n;
      }
      const parsed = parsePatientCode(code);
      if (parsed === undefined) throw invalid(`${code} is no patient code`);
      return parsed;
    },
    uid: (uid) => {
      if (uid === '' || uid.startsWith('1.2.840.10008.')) return uid;
      const bytes = digest('uid', uid).subarray(0, 16);
      bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
      bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
      return `2.25.${BigInt(`0x${bytes.toString('hex')}`).toString()}`;
    },
  };
}
