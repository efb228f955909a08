using Serverless.Device;
using static Serverless.Tests.EndToEnd.Deltas.Fate;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>
/// What every generation of the plugin does with a release that is signed with one key, on each platform: written down from the protocol, and
/// from nothing that the server or the test device computes.
/// </summary>
internal static class FateTable
{
    private static readonly Row[] Rows =
    [
        //             no key  | the server's: Android, iOS      | another one: Android, iOS
        new("5.9.0", Crc32, Crc32, Crc32, Crc32, Crc32),
        new("5.10.0", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("5.30.0", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("6.24.9", Crc32, Crc32, Crc32, Crc32, Crc32),
        new("6.25.0", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("7.0.34", Crc32, Crc32, Crc32, Crc32, Crc32),
        new("7.0.35", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("7.27.8", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("7.30.0", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("7.36.1", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("7.41.1", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("7.42.9", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("7.50.0", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("8.0.0", Plain, Plain, ChecksumUnopened, Plain, ChecksumUnopened),
        new("8.4.3", Plain, Encrypted, Encrypted, SignatureUnopened, SignatureUnopened),
        new("8.40.7", Plain, Encrypted, Encrypted, SignatureUnopened, SignatureUnopened),
        new("8.41.12", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("8.45.11", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("8.47.0", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("8.51.0", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("8.51.22", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("8.51.23", Plain, Encrypted, Encrypted, Mismatch, Mismatch),
        new("9.0.0", Crc32, Crc32, Crc32, Crc32, Crc32),
        new("10.0.0", Crc32, Crc32, Crc32, Crc32, Crc32),
    ];

    /// <summary>The devices with one of these fates: plugin, platform, key in the app, fate.</summary>
    public static IEnumerable<TheoryDataRow<string, DevicePlatform, KeyInApp, Fate>> With(params IReadOnlyList<Fate> fates) =>
        from row in Rows
        from device in row.Devices
        where fates.Contains(device.Fate)
        select new TheoryDataRow<string, DevicePlatform, KeyInApp, Fate>(row.Plugin, device.Platform, device.Key, device.Fate);

    private sealed record Row(string Plugin, Fate Unkeyed, Fate KeyedAndroid, Fate KeyedIos, Fate OtherAndroid, Fate OtherIos)
    {
        public (DevicePlatform Platform, KeyInApp Key, Fate Fate)[] Devices =>
        [
            (DevicePlatform.Android, KeyInApp.None, Unkeyed),
            (DevicePlatform.Ios, KeyInApp.None, Unkeyed),
            (DevicePlatform.Android, KeyInApp.Servers, KeyedAndroid),
            (DevicePlatform.Ios, KeyInApp.Servers, KeyedIos),
            (DevicePlatform.Android, KeyInApp.Another, OtherAndroid),
            (DevicePlatform.Ios, KeyInApp.Another, OtherIos),
        ];
    }
}
