namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>What becomes of a release on a device.</summary>
public enum Fate
{
    /// <summary>The plugin knows neither lists nor SHA-256, and no key that it could have is of this scheme: the plain zip, by its CRC-32.</summary>
    Crc32,

    /// <summary>Plain files or the plain zip, for want of a key or because an older plugin on Android takes them in spite of one.</summary>
    Plain,

    /// <summary>Encrypted and signed, for the key that the device names.</summary>
    Encrypted,

    /// <summary>The server refuses: <c>key_id_mismatch</c>.</summary>
    Mismatch,

    /// <summary>The plugin has a key, names none, and is sent what is plain; iOS opens every checksum with its key and fails on this one.</summary>
    ChecksumUnopened,

    /// <summary>The plugin names its key by four characters, which all keys have in common; it is sent what is signed with another, and fails.</summary>
    SignatureUnopened,
}
