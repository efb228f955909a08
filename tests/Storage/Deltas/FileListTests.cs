using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Storage;
using Serverless.Tests.Storage.Intake;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Deltas;

/// <summary>What intake stores file by file, opened with nothing but the public key; and what a second release costs.</summary>
public sealed class FileListTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly ConcurrentBag<int> _signed = [];
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(
            _proxy.ConnectionString,
            keys,
            builder => builder.Services.AddSingleton<ICustodian>(provider =>
                new CountedCustodian(ActivatorUtilities.CreateInstance<LocalKeyCustodian>(provider), _signed.Add)));
    }

    [Fact]
    public async Task Plain_list_names_every_file_with_its_content()
    {
        var bundle = Bundle("1.0.0");

        var (release, list) = await PublishAsync("1.0.0", bundle, release => release.FileList);

        Assert.Equal(bundle.Files.Keys, list.Files.Select(file => file.Path));
        foreach (var file in list.Files)
        {
            var stored = await _pipeline.ReadAsync(Containers.Files, file.BlobOf(_app, release.Version));
            Assert.Equal((file.TransferSize, file.Signature, file.CiphertextSha256), (stored.Length, null, null));
            Assert.Equal(bundle.Files[file.Path], file.IsCompressed ? Decompress(stored) : stored);
            Assert.Equal(Digest(bundle.Files[file.Path]), file.Sha256.Hex);
        }
    }

    [Fact]
    public async Task Keyed_list_opens_with_the_public_key_to_every_file()
    {
        var bundle = Bundle("1.0.0");

        var (release, list) = await PublishAsync("1.0.0", bundle, release => release.SignedForms[0].FileList);

        var key = keys.ReadPublicKey();
        var session = release.SignedForms[0].SessionKey.Split(':');
        using var aes = Aes.Create();
        aes.Key = RawSignature.Open(key, Convert.FromBase64String(session[1]));
        Assert.Equal(bundle.Files.Keys, list.Files.Select(file => file.Path));
        foreach (var file in list.Files)
        {
            var stored = await _pipeline.ReadAsync(Containers.Files, file.BlobOf(_app, release.Version));
            var travelled = aes.DecryptCbc(stored, Convert.FromBase64String(session[0]), PaddingMode.PKCS7);
            Assert.Equal((file.TransferSize, Digest(stored)), (stored.Length, file.CiphertextSha256!.Value.Hex));
            Assert.Equal(bundle.Files[file.Path], file.IsCompressed ? Decompress(travelled) : travelled);
            Assert.Equal(SHA256.HashData(bundle.Files[file.Path]), RawSignature.Open(key, Convert.FromHexString(file.Signature!)));
        }
    }

    [Fact]
    public async Task Second_release_stores_and_signs_only_what_is_new()
    {
        await PublishAsync("1.0.0", Bundle("1.0.0"), release => release.FileList);
        _signed.Clear();
        _proxy.Forget();

        await PublishAsync("1.0.1", Bundle("1.0.0").With("new.js", $"// {_app}"), release => release.FileList);

        var plain = _proxy.Requests.Where(request => request is { Method: "PUT", Container: Containers.Files } && !request.Path.EndsWith(".enc", StringComparison.Ordinal));
        Assert.Single(plain);

        // Once for the new file, three times for the zip, which is its session key and its checksum in two encodings, and once for the document.
        Assert.Equal([16, 32, 32, 48, 51], _signed.Order());
    }

    [Fact]
    public async Task File_that_no_release_had_is_stored_and_signed_without_a_question()
    {
        var content = $"// {_app}";
        var digest = Digest(System.Text.Encoding.UTF8.GetBytes(content));

        await PublishAsync("1.0.0", Bundle("1.0.0").With("own.js", content), release => release.FileList);

        var about = _proxy.Requests.Where(request => request.Path.Contains(digest, StringComparison.Ordinal));
        Assert.Equal(["Blob PUT", "Table PUT"], about.Select(request => request.Kind).Order());
    }

    [Fact]
    public async Task Signature_that_somebody_put_into_the_table_is_not_believed()
    {
        var bundle = Bundle("1.0.0");
        await PublishAsync("1.0.0", bundle, release => release.FileList);
        var digest = Sha256Digest.Of(bundle.Files["own.js"]);
        var signed = await PublishedListAsync("1.0.0", release => release.SignedForms[0].FileList);
        var (partition, row) = (FileSignatureKeys.Partition(RawSignature.KeyId(keys.ReadPublicKey()), digest), FileSignatureKeys.File(digest));
        var table = _pipeline.Get<Azure.Data.Tables.TableServiceClient>().GetTableClient(Tables.FileSignatures);
        await table.UpsertEntityAsync(
            new Azure.Data.Tables.TableEntity(partition, row) { ["Signature"] = new byte[256] }, Azure.Data.Tables.TableUpdateMode.Replace, Cancellation);

        var (_, list) = await PublishAsync("1.0.1", bundle.With("more.js", "1"), release => release.SignedForms[0].FileList);

        Assert.Equal(
            signed.Files.Single(file => file.Path == "own.js").Signature,
            list.Files.Single(file => file.Path == "own.js").Signature);
    }

    [Fact]
    public async Task Empty_files_are_left_out_and_names_in_br_keep_their_meaning()
    {
        var bundle = Bundle("1.0.0").With("empty.txt", "").With("app.js.br", "x").With("copy.js", Bundle("1.0.0").Files["app.js"]);

        var (_, list) = await PublishAsync("1.0.0", bundle, release => release.FileList);

        Assert.DoesNotContain(list.Files, file => file.Path == "empty.txt");
        Assert.Equal("app.js.br.br", list.Files.Single(file => file.Path == "app.js.br").WireName);
        Assert.Equal(list.Files.Length, list.Files.Select(file => file.WireName).Distinct().Count());
    }

    [Fact]
    public async Task Bundle_whose_index_is_empty_is_offered_as_a_zip_only()
    {
        await _pipeline.IntakeAsync($"{_app}/production/1.0.0.zip", Bundle("1.0.0").With("index.html", "").Zip());

        var release = await FindAsync("1.0.0");
        Assert.Null(release.FileList);
        Assert.All(release.SignedForms, form => Assert.Null(form.FileList));
    }

    [Fact]
    public async Task Files_in_a_top_folder_are_listed_below_it()
    {
        var bundle = WebBundle.InFolder("dist", "1.0.0");

        var (_, list) = await PublishAsync("1.0.0", bundle, release => release.FileList);

        Assert.Equal(["app.js", "index.html", "style.css", "version.json"], list.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Served_files_say_nothing_that_makes_a_client_decode_them()
    {
        var (release, list) = await PublishAsync("1.0.0", Bundle("1.0.0"), release => release.FileList);

        Azure.Storage.Blobs.Models.BlobProperties properties = await _pipeline.Blob(Containers.Files, list.Files[0].BlobOf(_app, release.Version))
            .GetPropertiesAsync(cancellationToken: Cancellation);

        Assert.Equal(("application/octet-stream", "", "public, max-age=31536000, immutable"), (properties.ContentType, properties.ContentEncoding ?? "", properties.CacheControl));
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    /// <summary>Five files, one of which no other test has.</summary>
    private WebBundle Bundle(string version) => WebBundle.Small(version).With("own.js", $"// only in {_app}");

    private async Task<(Release Release, FileList List)> PublishAsync(string version, WebBundle bundle, Func<Release, Sha256Digest?> which)
    {
        Assert.IsType<IntakeResult.Published>(await _pipeline.IntakeAsync($"{_app}/production/{version}.zip", bundle.Zip()));
        return (await FindAsync(version), await PublishedListAsync(version, which));
    }

    private async Task<FileList> PublishedListAsync(string version, Func<Release, Sha256Digest?> which)
    {
        var release = await FindAsync(version);
        return (await _pipeline.Get<FileLists>().FindAsync(_app, release, which(release)!.Value, Cancellation))!;
    }

    private async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await _pipeline.Get<ReleaseCatalog>().FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Decompress(byte[] compressed)
    {
        using var brotli = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var content = new MemoryStream();
        brotli.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Tells the length of every payload that its keys sign.</summary>
    private sealed class CountedCustodian(LocalKeyCustodian inner, Action<int> onSign) : ICustodian, IDisposable
    {
        public async ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation) =>
            [.. (await inner.GetKeysAsync(cancellation)).Select(key => new CountedKey(key, onSign))];

        public void Dispose() => inner.Dispose();
    }

    private sealed class CountedKey(ISigningKey inner, Action<int> onSign) : ISigningKey
    {
        public SigningPublicKey PublicKey => inner.PublicKey;

        public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
        {
            onSign(payload.Length);
            return inner.SignAsync(payload, cancellation);
        }
    }
}
