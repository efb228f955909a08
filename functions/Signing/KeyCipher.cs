namespace Serverless.Signing;

/// <summary>A signing key, and what a release is encrypted with for the devices that hold its public half.</summary>
internal sealed record KeyCipher(ISigningKey Key, BundleCipher Cipher);
