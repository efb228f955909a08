using Serverless.Apps;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>Puts decisions into the plugin's words.</summary>
internal sealed class UpdateAnswers(DownloadLinks links, FileLists lists)
{
    /// <summary>For a server that cannot reach its storage: a refusal plugins stay silent about, so that an outage is no storm of reports.</summary>
    public static readonly UpdateDecision Unavailable = new UpdateDecision.Blocked("temporarily_unavailable", "The server cannot answer right now");

    /// <summary>For more checks than are answered with a release. Silent as well: devices ask again by themselves.</summary>
    public static readonly UpdateDecision.Blocked Busy = new("too_many_requests", "Too many requests");

    public async ValueTask<UpdateAnswer> WriteAsync(UpdateDecision decision, DeviceRequest device, CancellationToken cancellation) => decision switch
    {
        UpdateDecision.Offer offer => await WriteAsync(device.App, offer, device.Plugin, cancellation),
        UpdateDecision.Revert => new UpdateAnswer { Version = BundleVersion.Builtin },
        UpdateDecision.UpToDate upToDate => new UpdateAnswer
        {
            Error = upToDate.Code,
            Message = upToDate.Message,
            Kind = UpdateAnswer.KindUpToDate,
            // Echoed, because the iOS timer checks again at each tick when it differs.
            Version = device.VersionName,
        },
        UpdateDecision.Blocked blocked => new UpdateAnswer
        {
            Error = blocked.Code,
            Message = blocked.Message,
            Kind = UpdateAnswer.KindBlocked,
            Major = blocked.NeedsStoreUpdate ? true : null,
            Version = blocked.Version?.Value ?? device.VersionName,
            Old = blocked.Version is null ? null : blocked.Old ?? device.VersionName,
        },
        UpdateDecision.Failed failed => new UpdateAnswer
        {
            Error = failed.Code,
            Message = failed.Message,
            Kind = UpdateAnswer.KindFailed,
            Version = device.VersionName,
        },
        _ => throw new InvalidOperationException($"No answer for {decision.GetType().Name}."),
    };

    private async ValueTask<UpdateAnswer> WriteAsync(AppId app, UpdateDecision.Offer offer, PluginVersion plugin, CancellationToken cancellation)
    {
        var (release, form, _) = offer;
        var zip = form is null
            ? BundleBlobs.Zip(app, release.Version, release.Zip.Sha256)
            : BundleBlobs.EncryptedZip(app, release.Version, form.CiphertextSha256);
        return new UpdateAnswer
        {
            Version = release.Version.Value,
            Url = (await links.ToBundlesAsync(cancellation)).To(zip),
            SessionKey = form?.SessionKey ?? "",
            Checksum = form switch
            {
                null => plugin.VerifiesCrc32 ? release.Zip.Crc32 : release.Zip.Sha256.Hex,
                _ => plugin.ReadsHexSignatures ? form.Checksum : form.LegacyChecksum,
            },
            Manifest = await ListAsync(app, offer, cancellation),
            Link = plugin.ReadsLinks ? release.Notes.Link : null,
            Comment = plugin.ReadsLinks ? release.Notes.Comment : null,
        };
    }

    private async ValueTask<ManifestEntry[]?> ListAsync(AppId app, UpdateDecision.Offer offer, CancellationToken cancellation)
    {
        if (offer is not { Release: var release, FileList: { } digest } || await lists.GetAsync(app, release, digest) is not { } list)
        {
            return null;
        }

        var files = await links.ToFilesAsync(cancellation);
        return [.. list.Files.Select(file => new ManifestEntry(file.WireName, file.WireHash, files.To(file.BlobOf(app, release.Version))))];
    }
}
