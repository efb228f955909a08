using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Signing.Local;

public sealed class LocalKeyCustodianTests : IDisposable
{
    private const string Production = "DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=AAAA;EndpointSuffix=core.windows.net";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-key-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_folder.FullName, "signing-key.pem");

    [Fact]
    public async Task Key_is_made_for_its_owner_alone_and_found_again()
    {
        using var first = Custodian("UseDevelopmentStorage=true");
        using var second = Custodian("UseDevelopmentStorage=true");

        var made = Assert.Single(await first.GetKeysAsync(Cancellation));
        var found = Assert.Single(await second.GetKeysAsync(Cancellation));

        Assert.Equal(made.PublicKey.Pem, found.PublicKey.Pem);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(KeyFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task Key_put_beside_the_first_signs_too_and_comes_after_it()
    {
        using var custodian = Custodian("UseDevelopmentStorage=true");
        var first = Assert.Single(await custodian.GetKeysAsync(Cancellation));
        var file = Path.Combine(_folder.FullName, "signing-key-2.pem");
        await File.WriteAllTextAsync(file, SignatureVectors.PrivateKey, Cancellation);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }

        var both = await custodian.GetKeysAsync(Cancellation);

        Assert.Equal([first.PublicKey.Pem, SignatureVectors.PublicKey.Trim()], both.Select(key => key.PublicKey.Pem));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Key_that_others_reach_is_refused(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        using var custodian = Custodian("UseDevelopmentStorage=true");
        await File.WriteAllTextAsync(KeyFile, SignatureVectors.PrivateKey, Cancellation);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | others);
        }

        var refusal = await Assert.ThrowsAsync<CustodianException>(async () => await custodian.GetKeysAsync(Cancellation));

        Assert.Equal($"The file '{KeyFile}' (Signing:KeyFolder) is open to others than its owner; close it with chmod 600.", refusal.Message);
    }

    [Fact]
    public void Real_storage_account_is_refused()
    {
        var refusal = Assert.Throws<CustodianException>(() => Custodian(Production));

        Assert.Equal(
            "Signing:Custodian is local, which is for development, and AzureWebJobsStorage names the real account 'contoso': "
            + "choose a vault or an HSM, or set Signing:AllowLocalKeyInProduction.",
            refusal.Message);
    }

    [Fact]
    public async Task Real_storage_account_is_signed_for_on_request()
    {
        using var custodian = Custodian(Production, allow: true);

        Assert.Single(await custodian.GetKeysAsync(Cancellation));
    }

    [Theory]
    [InlineData("http://127.0.0.1:34567")]
    [InlineData("http://azurite:10000")]
    public async Task Emulator_is_known_wherever_it_runs(string address)
    {
        using var custodian = Custodian($"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;BlobEndpoint={address}/devstoreaccount1;");

        Assert.Single(await custodian.GetKeysAsync(Cancellation));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private LocalKeyCustodian Custodian(string storage, bool allow = false) => new(
        Options.Create(new SigningOptions { KeyFolder = _folder.FullName, CreateMissing = true, AllowLocalKeyInProduction = allow }),
        new BlobServiceClient(storage),
        NullLogger<LocalKeyCustodian>.Instance);
}
