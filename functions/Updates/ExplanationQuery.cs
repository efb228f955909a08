using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Management;

namespace Serverless.Updates;

/// <summary>
/// Reads the device of an explanation from a query string, under the plugin's own names: its attributes are not stored. Those left out are as
/// a current plugin in a store build on a physical device sends them.
/// </summary>
internal static class ExplanationQuery
{
    private const string ReferencePlugin = "8.51.23";

    private static readonly string[] Texts = ["platform", "version_build", "version_name", "plugin_version", "defaultChannel", "key_id", "version_os"];
    private static readonly string[] Flags = ["is_prod", "is_emulator"];
    private static readonly string[] Required = ["platform", "version_build"];

    /// <returns>What is wrong with the question, or null with the device.</returns>
    public static Problem? Parse(string app, string deviceId, IQueryCollection query, Pepper pepper, out DeviceRequest device)
    {
        device = null!;
        if (!AppId.TryParse(app, out _))
        {
            return Problem.AppNotFound;
        }

        if (Check(query) is { } problem)
        {
            return problem;
        }

        var info = new DeviceInfo
        {
            AppId = app,
            DeviceId = deviceId,
            Platform = query["platform"],
            VersionBuild = query["version_build"],
            VersionName = Given(query["version_name"]) ?? query["version_build"],
            PluginVersion = Given(query["plugin_version"]) ?? ReferencePlugin,
            DefaultChannel = query["defaultChannel"],
            KeyId = query["key_id"],
            VersionOs = query["version_os"],
            IsProd = Flag(query["is_prod"]),
            IsEmulator = Flag(query["is_emulator"]),
        };

        // Everything else that a request can be refused for was checked.
        return DeviceRequest.Parse(info, pepper, out device) is null ? null : Problem.InvalidParameter("device", "a UUID");
    }

    private static Problem? Check(IQueryCollection query)
    {
        if (Required.FirstOrDefault(name => Given(query[name]) is null) is { } missing)
        {
            return Problem.MissingParameter(missing);
        }

        if (Texts.FirstOrDefault(name => query[name] is { Count: > 1 } or [{ Length: > DeviceRequest.MaxText }]) is { } text)
        {
            return Problem.InvalidParameter(text, $"given once, with at most {DeviceRequest.MaxText} characters");
        }

        if (Flags.FirstOrDefault(name => query[name] is not ([] or ["true" or "false"])) is { } flag)
        {
            return Problem.InvalidParameter(flag, "true or false");
        }

        // A device that sends a build without a number is refused before any rule is asked; "unknown" is the first rule's own business.
        if (query["version_build"] is not ["unknown"] && NativeVersion.TryParse(query["version_build"]!) is null)
        {
            return Problem.InvalidParameter("version_build", "a version number");
        }

        return Given(query["plugin_version"]) is { } plugin && !PluginVersion.TryParse(plugin, out _)
            ? Problem.InvalidParameter("plugin_version", "a semantic version")
            : null;
    }

    private static string? Given(StringValues values) => string.IsNullOrEmpty(values) ? null : values.ToString();

    private static bool? Flag(StringValues values) => values.Count == 0 ? null : values == "true";
}
