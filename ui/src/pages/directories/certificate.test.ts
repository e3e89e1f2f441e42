import { expect, it } from "vitest";
import { asPem, certificatesIn } from "./certificate";

const PEM = `-----BEGIN CERTIFICATE-----
MIIBsTCCAVigAwIBAgIBBzAKBggqhkjOPQQDAjA3MQ4wDAYDVQQKDAVQbGFudDEN
MAsGA1UECwwETm9yZDEWMBQGA1UEAwwNV2Vya3MtQ0EgU8O8ZDAgFw0yNjExMjMx
MjA2MzVaGA8yMTI2MTAzMDEyMDYzNVowNzEOMAwGA1UECgwFUGxhbnQxDTALBgNV
BAsMBE5vcmQxFjAUBgNVBAMMDVdlcmtzLUNBIFPDvGQwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAATj65SIvJbHegNDLgBYa7stLW/EReALizU6YH7R35+VLiKymuXr
5oUwCvl5lI9HqyFEk5zscXCiFNAnscicKSDPo1MwUTAdBgNVHQ4EFgQUq/a827v+
HZM/MJh/R3TCZvRAJRIwHwYDVR0jBBgwFoAUq/a827v+HZM/MJh/R3TCZvRAJRIw
DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAavN2/86Qmf5e2h9Yf
QAxO+ONCG3OWDt7U9pIz+hJJCgIgR0VnUXb/6QAU7XwOKoB9Hu1d/5s3EaFP9lvA
PJKihXY=
-----END CERTIFICATE-----
`;

it("a certificate tells whom it is for, who issued it and how long it holds", () => {
  expect(certificatesIn(PEM)).toEqual([
    {
      subject: "O=Plant, OU=Nord, CN=Werks-CA Süd",
      issuer: "O=Plant, OU=Nord, CN=Werks-CA Süd",
      from: new Date("2026-11-23T12:06:35.000Z"),
      until: new Date("2126-10-30T12:06:35.000Z"),
    },
  ]);
});

it("several are all told, and one that is damaged as such", () => {
  const damaged = PEM.replace("MII", "MXX");
  expect(certificatesIn(PEM + damaged).map((one) => one !== null)).toEqual([true, false]);
  expect(certificatesIn("nothing")).toEqual([]);
});

it("a file of plain DER becomes PEM", () => {
  const base64 = PEM.split("\n").filter((line) => !line.startsWith("-") && line !== "");
  const der = Uint8Array.from(atob(base64.join("")), (char) => char.charCodeAt(0));
  expect(certificatesIn(asPem(der))).toEqual(certificatesIn(PEM));
  expect(asPem(new TextEncoder().encode(PEM))).toBe(PEM);
});
