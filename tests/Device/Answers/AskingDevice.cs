using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Device.Bundles;

namespace Serverless.Device.Answers;

/// <summary>The device behind an update check, as far as its body tells: what reads the answer the way that very device would.</summary>
internal sealed partial class AskingDevice
{
    private static readonly IBundleFolder Folder = new MemoryBundleStorage().Create();

    private readonly DeviceProfile _profile;
    private readonly InstalledBundle _running;

    private AskingDevice(DeviceProfile profile, InstalledBundle running) => (_profile, _running) = (profile, running);

    /// <param name="body">Whatever was sent; what it does not tell is taken to be the strictest device there is.</param>
    /// <param name="publicKey">Carried by a device that names a key.</param>
    public static AskingDevice Of(ReadOnlyMemory<byte> body, string publicKey)
    {
        var fields = Fields(body);
        var build = fields.GetValueOrDefault("version_build", "");
        var name = fields.GetValueOrDefault("version_name", "");
        var profile = DeviceProfile.For(new Uri("http://x.test"), "com.example.app") with
        {
            Platform = fields.GetValueOrDefault("platform") is "android" ? DevicePlatform.Android : DevicePlatform.Ios,
            PluginVersion = Plugin(fields.GetValueOrDefault("plugin_version", "")),
            PublicKey = fields.GetValueOrDefault("key_id", "").Length > 0 ? publicKey : null,
        };
        var isBuiltin = name is "" or "builtin" || name == build;
        return new AskingDevice(profile, new InstalledBundle(name, BundleStatus.Success) { Folder = isBuiltin ? null : Folder });
    }

    /// <exception cref="HarmfulAnswerException">The answer would hurt the device.</exception>
    public UpdateAnswer Read(HttpAnswer answer) => new UpdateAnswerReader(_profile, new PluginGeneration(_profile.PluginVersion)).Read(answer, _running);

    private static Dictionary<string, string> Fields(ReadOnlyMemory<byte> body)
    {
        var fields = new Dictionary<string, string>();
        try
        {
            using var json = JsonDocument.Parse(body);
            foreach (var field in json.RootElement.ValueKind is JsonValueKind.Object ? json.RootElement.EnumerateObject() : default)
            {
                Read(field, fields);
            }
        }
        catch (JsonException)
        {
            // Nothing is known of the device.
        }

        return fields;
    }

    /// <summary>Of a field that is there twice, the last holds.</summary>
    private static void Read(JsonProperty field, Dictionary<string, string> fields)
    {
        try
        {
            fields.Remove(field.Name);
            if (field.Value.ValueKind is JsonValueKind.String)
            {
                fields[field.Name] = field.Value.GetString()!;
            }
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is no text.
        }
    }

    // Majors beyond 10 were never released; the server takes them for 9 and 10, and so does this.
    private static Version Plugin(string text) => Numbers().Match(text) switch
    {
        { Success: true } numbers when Part(numbers, 1) is > 0 and var major => major > 10 ? new Version(10, 0, 0) : new Version(major, Part(numbers, 2), Part(numbers, 3)),
        _ => DeviceProfile.ReferencePlugin,
    };

    // No number is too long for a semantic version.
    private static int Part(Match numbers, int group) => (int)BigInteger.Min(int.MaxValue, BigInteger.Parse($"0{numbers.Groups[group].Value}", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\s*[vV]?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?")]
    private static partial Regex Numbers();
}
