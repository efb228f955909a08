using System.Globalization;
using System.Text;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Errors;
using Serverless.Keys;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Statistics;

namespace Serverless.Storage;

/// <summary>Blob containers.</summary>
internal static class Containers
{
    public const string Uploads = "uploads";
    public const string Quarantine = "quarantine";
    public const string Bundles = "bundles";

    /// <summary>The files of bundles, one by one, for devices that download only what changed.</summary>
    public const string Files = "files";

    /// <summary>What the custodian signed about the ledgers.</summary>
    public const string Seals = "seals";

    public static readonly string[] All = [Uploads, Quarantine, Bundles, Files, Seals];
}

/// <summary>Storage queues. A message is UTF-8 JSON, at most <see cref="MaxMessageBytes"/> long.</summary>
internal static class Queues
{
    public const string FailureReports = "failure-reports";
    public const string DeviceEvents = "device-events";
    public const string DeviceErrors = "device-errors";

    /// <summary>Incidents whose recovery has a step to take.</summary>
    public const string Recoveries = "recoveries";

    /// <summary>What is owed to webhooks and push.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>Deliveries that were given up. They stay until somebody removes them.</summary>
    public const string DeadDeliveries = "deliveries-dead";

    /// <summary>Uploads that waited for approvals and wait no more.</summary>
    public const string DecidedUploads = "decided-uploads";

    /// <summary>Below the service's 64 KiB, which also counts the XML around a message.</summary>
    public const int MaxMessageBytes = 48 * 1024;

    public static readonly string[] All = [FailureReports, DeviceEvents, DeviceErrors, Recoveries, Deliveries, DeadDeliveries, DecidedUploads];
}

/// <summary>Tables.</summary>
internal static class Tables
{
    /// <summary>Apps, channels, releases, approvals, incidents, notices and the ledger: one partition an app, so that one transaction changes them together.</summary>
    public const string Catalog = "Catalog";

    /// <summary>Offers and outcomes: one row a device and release.</summary>
    public const string Outcomes = "Outcomes";

    /// <summary>The channels chosen by devices whose plugin does not keep them: one row a device.</summary>
    public const string ChannelOverrides = "ChannelOverrides";

    /// <summary>Signatures over files that recur from release to release: one row a key and file.</summary>
    public const string FileSignatures = "FileSignatures";

    /// <summary>How many devices carry which key: one row an app, key and day.</summary>
    public const string KeyDevices = "KeyDevices";

    /// <summary>Keys that devices sign with, one row a device, and codes to enrol them with.</summary>
    public const string DeviceKeys = "DeviceKeys";

    /// <summary>Addresses that webhooks are not sent to any more: one row each.</summary>
    public const string GoneEndpoints = "GoneEndpoints";

    /// <summary>New devices of a network that voted on a release: one row a day, release and network, deleted when the day is long over.</summary>
    public const string NetworkDevices = "NetworkDevices";

    /// <summary>What went wrong on devices, like with like: one row a release and kind of error.</summary>
    public const string ErrorGroups = "ErrorGroups";

    /// <summary>When API tokens were last used: one row each.</summary>
    public const string TokenUses = "TokenUses";

    /// <summary>What devices did: one row an app and hour or day, and one a minute and instance.</summary>
    public const string Usage = "Usage";

    /// <summary>How many different devices checked in: one row an app, hour or day, and group of devices.</summary>
    public const string ActiveDevices = "ActiveDevices";

    public static readonly string[] All =
        [Catalog, Outcomes, ChannelOverrides, FileSignatures, KeyDevices, NetworkDevices, ErrorGroups, GoneEndpoints, DeviceKeys, TokenUses, Usage, ActiveDevices];
}

/// <summary>Keys of the catalog table.</summary>
internal static class CatalogKeys
{
    public const string App = "app";

    /// <summary>What the app asks of its devices. Behind the app's row, which must come first.</summary>
    public const string Authentication = "authentication";

    public const string ApprovalPrefix = "approval:";
    public const string ChannelPrefix = "channel:";
    public const string KeyPrefix = "key:";
    public const string LedgerPrefix = "ledger:";
    public const string PinPrefix = "pin:";
    public const string ReleasePrefix = "release:";

    /// <summary>Of the rows by which releases are listed, newest first.</summary>
    public const string SummaryPrefix = "sequence:";

    public const string IncidentPrefix = "incident:";
    public const string NoticePrefix = "notice:";
    public const string TokenPrefix = "token:";

    /// <summary>What belongs to all apps or to none that is known, and the chain of such acts. Not an app id: those contain a dot.</summary>
    public const string SystemPartition = "_system";

    public static string Channel(ChannelName name) => ChannelPrefix + name.Value;

    public static string Approval(ChannelName channel, BundleVersion version) => $"{ApprovalPrefix}{channel.Value}:{version.Value}";

    public static string Release(BundleVersion version) => ReleasePrefix + version.Value;

    /// <summary>Higher sequences come first.</summary>
    public static string Summary(long sequence) => $"{SummaryPrefix}{999_999_999_999 - sequence:D12}";

    public static string Incident(BundleVersion version) => IncidentPrefix + version.Value;

    public static string Pin(DevicePseudonym device) => PinPrefix + device.Hex;

    public static string Notice(string id) => NoticePrefix + id;

    public static string Token(string name) => TokenPrefix + name;

    public static string Key(string keyId) => KeyPrefix + KeyName.Of(keyId);

    public static string Ledger(long number) => $"{LedgerPrefix}{number:D12}";

    public static string Once(Sha256Digest act) => "once:" + act.Hex;
}

/// <summary>
/// Keys of the outcomes table: a release's devices are spread over sixteen partitions, each with its own tally, and so are the devices of a
/// rollout's control.
/// </summary>
internal static class OutcomeKeys
{
    public const string Tally = "tally";

    // Follows '|' and '~', which end a version.
    private const char End = '\u007f';

    public static readonly string[] Shards = [.. "0123456789abcdef".Select(digit => digit.ToString())];

    public static string Shard(DevicePseudonym device) => device.Hex[..1];

    public static string Partition(TallyKey key, string shard) =>
        key.Control is { } rollout ? $"{key.App.Value}|{key.Version.Value}~{rollout}|{shard}" : $"{key.App.Value}|{key.Version.Value}|{shard}";

    public static string Device(DevicePseudonym device) => device.Hex;

    /// <summary>The range of the partitions of a release and of the controls that it was the stable release of.</summary>
    public static (string First, string End) Partitions(AppId app, BundleVersion version) => ($"{app.Value}|{version.Value}|", $"{app.Value}|{version.Value}{End}");

    /// <summary>The range of an app's partitions.</summary>
    public static (string Behind, string End) App(AppId app) => ($"{app.Value}|", $"{app.Value}}}");

    /// <summary>Of the sixteen partitions to which one belongs, that of a device.</summary>
    public static string SameIn(string partition, DevicePseudonym device) => partition[..^1] + Shard(device);

    /// <summary>Of the sixteen partitions to which one belongs, the last.</summary>
    public static string LastBeside(string partition) => partition[..^1] + Shards[^1];
}

/// <summary>Keys of the network devices table: partitions are in the order of their days, so that old ones are found by one range.</summary>
internal static class NetworkKeys
{
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Partition(DateOnly day, TallyKey key) => $"{Day(day)}|{key.App.Value}|{key.Version.Value}~{key.Control}";

    public static string Network(NetworkTag network) => network.ToString();
}

/// <summary>Keys of the two tables of statistics: an app has a partition for each step, in which rows are in the order of their periods.</summary>
internal static class PeriodKeys
{
    private const string Format = "yyyy-MM-ddTHH:mm";

    public static string Partition(AppId app, TimeStep step) => $"{app.Value}|{step.ToString().ToLowerInvariant()}";

    /// <summary>Says up to when a step was forgotten. In a partition of its own, so that no range of periods holds it.</summary>
    public static string Forgotten(AppId app) => $"{app.Value}|forgotten";

    /// <param name="at">The beginning of the period.</param>
    /// <param name="part">Tells rows of one period apart; may be empty.</param>
    public static string Row(DateTimeOffset at, string part) => $"{Period(at)}|{part}";

    public static string Row(DateTimeOffset at, DeviceGroup group) =>
        Row(at, group.Kind is { } kind ? $"{kind.ToString().ToLowerInvariant()}|{group.Name}" : "all");

    /// <summary>What comes before all rows of the period, and of those after it.</summary>
    public static string Period(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>What <see cref="Row(DateTimeOffset, string)"/> was made for.</summary>
    public static DateTimeOffset At(string row) =>
        new(DateTime.ParseExact(row[..row.IndexOf('|', StringComparison.Ordinal)], Format, CultureInfo.InvariantCulture), TimeSpan.Zero);

    /// <summary>What <see cref="Row(DateTimeOffset, DeviceGroup)"/> was made for.</summary>
    public static DeviceGroup Group(string row) => row.Split('|', 3) switch
    {
        [_, "version", var name] => DeviceGroup.OfVersion(name),
        [_, "platform", var name] => DeviceGroup.OfPlatform(name),
        _ => DeviceGroup.All,
    };
}

/// <summary>Keys of the error groups table: beside an app's groups it counts those of a release, and says where an error was seen first.</summary>
internal static class ErrorKeys
{
    private const string GroupPrefix = "group|";

    // Follows '|', which ends a version.
    private const char End = '}';

    public static string Partition(AppId app) => app.Value;

    public static string Group(ErrorKind kind) => $"{GroupPrefix}{kind.Version.Value}|{kind.Id}";

    public static string Count(BundleVersion version) => $"count|{version.Value}";

    public static string Cause(ErrorKind kind) => $"cause|{kind.Fingerprint}";

    /// <summary>The range of the groups of a release, or of all.</summary>
    public static (string First, string End) Groups(BundleVersion? version) =>
        version is { } one ? ($"{GroupPrefix}{one.Value}|", $"{GroupPrefix}{one.Value}{End}") : (GroupPrefix, $"{GroupPrefix[..^1]}{End}");
}

/// <summary>Keys of the device keys table: a device's key and the code that it is enrolled with are in the app's partition, for one transaction.</summary>
internal static class DeviceKeyRows
{
    private const string CodePrefix = "code|";

    /// <summary>The range of all codes.</summary>
    public static (string First, string End) Codes => (CodePrefix, "code}");

    public static string Key(DevicePseudonym device) => $"key|{device.Hex}";

    public static string Code(string hash) => CodePrefix + hash;

    /// <param name="fingerprint">As in <see cref="Devices.Enrolment.DeviceKeyId"/>: of a key, and of no device.</param>
    public static string Revoked(string fingerprint) => $"revoked|{fingerprint}";
}

/// <summary>Keys of the channel overrides table: devices are spread over sixteen partitions an app.</summary>
internal static class OverrideKeys
{
    public static string Partition(AppId app, DevicePseudonym device) => $"{app.Value}|{device.Hex[0]}";

    public static string Device(DevicePseudonym device) => device.Hex;
}

/// <summary>Keys of the file signatures table: a key's signatures are spread over sixteen partitions.</summary>
internal static class FileSignatureKeys
{
    public static string Partition(string keyId, Sha256Digest file) => $"{KeyName.Of(keyId)}|{file.Hex[0]}";

    public static string File(Sha256Digest file) => file.Hex;
}

/// <summary>Keys of the gone endpoints table. The address counts: an endpoint that moved is not gone.</summary>
internal static class GoneEndpointKeys
{
    public const string Partition = "gone";

    public static string Endpoint(string name, Uri address) => $"{name}|{Sha256Digest.Of(Encoding.UTF8.GetBytes(address.AbsoluteUri)).Hex}";
}

/// <summary>Keys of the token uses table: a row has the name of its token.</summary>
internal static class TokenUseKeys
{
    public const string Partition = "uses";
}

/// <summary>Keys of the key devices table: a row is overwritten after <see cref="Days"/> days, so the table does not grow with time.</summary>
internal static class KeyDeviceKeys
{
    private const int Days = 31;

    public static string Partition(AppId app) => app.Value;

    public static string Row(DateOnly day, string carried) => $"{day.DayNumber % Days:D2}|{carried}";

    /// <summary>What <see cref="Row"/> was made for.</summary>
    public static string Carried(string row) => row[(row.IndexOf('|', StringComparison.Ordinal) + 1)..];
}

/// <summary>Names of served blobs, all by digest: a name never stands for two contents.</summary>
internal static class BundleBlobs
{
    public static string Zip(AppId app, BundleVersion version, Sha256Digest zip) => $"{app.Value}/{version.Value}/{zip.Hex}.zip";

    public static string EncryptedZip(AppId app, BundleVersion version, Sha256Digest ciphertext) => $"{app.Value}/{version.Value}/{ciphertext.Hex}.zip.enc";

    public static string Checksums(AppId app, BundleVersion version, Sha256Digest zip) => $"{app.Value}/{version.Value}/{zip.Hex}.checksum.json";

    public static string FileList(AppId app, BundleVersion version, Sha256Digest list) => $"{app.Value}/{version.Value}/{list.Hex}.files.json";

    /// <param name="app">The release's app.</param>
    /// <param name="version">The release.</param>
    /// <param name="document">Of the JWS itself.</param>
    public static string Document(AppId app, BundleVersion version, Sha256Digest document) => $"{app.Value}/{version.Value}/{document.Hex}.jws";
}

/// <summary>Names of seals, in the order of the rows they seal.</summary>
internal static class SealBlobs
{
    /// <param name="chain">The app, or <see cref="CatalogKeys.SystemPartition"/>.</param>
    /// <param name="count">Rows under the seal.</param>
    public static string Seal(string chain, long count) => $"{Folder(chain)}{count:D12}.jws";

    public static string Folder(string chain) => $"{chain}/";
}

/// <summary>Names of a bundle's files. Plain ones are shared by every release that has them; encrypted ones belong to a release and a key.</summary>
internal static class FileBlobs
{
    /// <param name="content">Of the file as it lies on a device, whether or not it is stored compressed.</param>
    /// <param name="isCompressed">Stored as a Brotli stream.</param>
    public static string Plain(Sha256Digest content, bool isCompressed) => isCompressed ? $"{content.Hex}.br" : content.Hex;

    /// <param name="app">The release's app.</param>
    /// <param name="version">The release.</param>
    /// <param name="ciphertext">Of the blob itself: the cipher differs from release to release.</param>
    public static string Encrypted(AppId app, BundleVersion version, Sha256Digest ciphertext) => $"{Folder(app, version)}{ciphertext.Hex}.enc";

    /// <summary>Where the encrypted files of a release lie.</summary>
    public static string Folder(AppId app, BundleVersion version) => $"{app.Value}/{version.Value}/";
}
