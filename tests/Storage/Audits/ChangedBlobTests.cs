using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Audits;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Tests.Storage.Audits;

/// <summary>Whatever is changed in the blobs of a store is found and named, in the store and in an export of it alike.</summary>
[Collection(nameof(Audits))]
public sealed class ChangedBlobTests(AuditLab lab) : AuditTest(lab)
{
    [Theory]
    [InlineData(Containers.Bundles, ".zip")]
    [InlineData(Containers.Bundles, ".zip.enc")]
    [InlineData(Containers.Bundles, ".checksum.json")]
    [InlineData(Containers.Bundles, ".files.json")]
    [InlineData(Containers.Files, ".enc")]
    [InlineData(Containers.Seals, ".jws")]
    public async Task Changed_blob_is_named(string container, string suffix)
    {
        var blob = await FindBlobAsync(container, suffix);
        var content = await Pipeline.ReadAsync(container, blob);
        content[content.Length / 2] ^= 1;
        await Pipeline.Blob(container, blob).UploadAsync(new BinaryData(content), overwrite: true, Cancellation);

        await FindsAsync($"'{blob}'");
    }

    [Theory]
    [InlineData(Containers.Bundles, ".zip")]
    [InlineData(Containers.Bundles, ".files.json")]
    [InlineData(Containers.Files, ".enc")]
    public async Task Missing_blob_is_named(string container, string suffix)
    {
        var blob = await FindBlobAsync(container, suffix);
        await Pipeline.Blob(container, blob).DeleteAsync(cancellationToken: Cancellation);

        await FindsAsync($"'{blob}'");
    }

    [Fact]
    public async Task Changed_plain_file_is_named()
    {
        var release = (await Pipeline.Get<ReleaseCatalog>().FindReleaseAsync(App, BundleVersion.Parse("1.1.0"), Cancellation))!;
        var list = (await Pipeline.Get<FileLists>().FindAsync(App, release, release.FileList!.Value, Cancellation))!;
        var blob = list.Files.Single(file => file.Path == "index.html").BlobOf(App, release.Version);
        var content = await Pipeline.ReadAsync(Containers.Files, blob);
        try
        {
            await Pipeline.Blob(Containers.Files, blob).UploadAsync(new BinaryData([.. content.Reverse()]), overwrite: true, Cancellation);

            await FindsAsync($"'{blob}', which is 'index.html' of release 1.");
        }
        finally
        {
            // Shared with the apps of the other tests.
            await Pipeline.Blob(Containers.Files, blob).UploadAsync(new BinaryData(content), overwrite: true, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Removed_seal_is_missed_by_the_one_after_it()
    {
        await Pipeline.Blob(Containers.Seals, $"{App}/000000000005.jws").DeleteAsync(cancellationToken: Cancellation);

        await FindsAsync($"'{App}/000000000009.jws' does not follow");
    }

    [Fact]
    public async Task Swapped_key_opens_nothing()
    {
        using var rsa = RSA.Create(2048);

        var report = await new Audit(Source, AuditKeys.From([SigningPublicKey.From(rsa)], "test"), "").RunAsync(App, Cancellation);

        Assert.Contains("is not among the public keys", report.Mismatch, StringComparison.Ordinal);
    }

    private async Task<string> FindBlobAsync(string container, string suffix) => await Pipeline.Get<BlobServiceClient>().GetBlobContainerClient(container)
        .GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{App}/", Cancellation).Select(blob => blob.Name).LastAsync(name => name.EndsWith(suffix, StringComparison.Ordinal), Cancellation);
}
