/** RFC 1035: octets of a whole name, and of a label behind the prefix `xn--`. */
export const MAX_NAME = 253;
export const MAX_PUNYCODE = 59;
