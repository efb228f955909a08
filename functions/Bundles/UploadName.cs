using Serverless.Apps;
using Serverless.Bundles.Zip;
using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>What a developer says by where the zip is dropped: <c>{appId}/{channel}/{version}.zip</c>.</summary>
internal sealed record UploadName(AppId App, ChannelName Channel, BundleVersion Version)
{
    public const string ContentType = "application/zip";

    private const string Extension = ".zip";

    /// <returns>The rejection, or null with the name.</returns>
    public static Rejection? Parse(string blobName, out UploadName name)
    {
        name = new UploadName(default, default, default);
        if (blobName.Split('/') is not [var appText, var channelText, var file] || !file.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(RejectionCode.InvalidUploadName, "An upload is named {appId}/{channel}/{version}.zip.", blobName);
        }

        var versionText = file[..^Extension.Length];
        if (!AppId.TryParse(appText, out var app))
        {
            return Refuse(RejectionCode.InvalidAppId, "The app id is not a reverse-domain name such as com.example.app.", appText);
        }

        if (!ChannelName.TryParse(channelText, out var channel))
        {
            return Refuse(RejectionCode.InvalidChannel, "A channel name has letters, digits, '.', '_' and '-', at most 64, and is not 'builtin'.", channelText);
        }

        if (BundleVersion.IsReserved(versionText))
        {
            return Refuse(RejectionCode.ReservedVersion, "Devices use this name for the bundle inside the app.", versionText);
        }

        if (!BundleVersion.TryParse(versionText, out var version))
        {
            return Refuse(RejectionCode.InvalidVersion, "The version is not semver 2.0, such as 1.4.2, without a leading v.", versionText);
        }

        name = new UploadName(app, channel, version);
        return null;
    }

    public override string ToString() => $"{App}/{Channel}/{Version}{Extension}";

    private static Rejection Refuse(string code, string sentence, string text) => new(code, sentence, ZipNameRules.Shorten(text));
}
