using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Serverless.Tests.Support.Certificates;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.EndToEnd.Transport;

/// <summary>The command as people and scripts run it.</summary>
public sealed class PinsCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-pins-");
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Ca => Path.Combine(_folder.FullName, "ca.pem");

    private string Backup => Path.Combine(_folder.FullName, "backup.pem");

    [Fact]
    public async Task Chain_backup_key_and_both_configurations_are_printed()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = TlsListener.Start(certificate, _authority.Issuing);
        await File.WriteAllTextAsync(Ca, _authority.Root.ExportCertificatePem(), Cancellation);

        var text = await RunAsync(server, "--ca", Ca, "--backup-key", Backup);
        var json = await RunAsync(server, "--ca", Ca, "--backup-key", Backup, "--json");

        using var backup = ECDsa.Create();
        backup.ImportFromPem(await File.ReadAllTextAsync(Backup, Cancellation));
        var (own, other) = (PinOf(certificate.GetECDsaPrivateKey()!), PinOf(backup));
        Assert.Equal((0, 0), (text.ExitCode, json.ExitCode));
        Assert.Contains($"<pin digest=\"SHA-256\">{own}</pin>\n      <pin digest=\"SHA-256\">{other}</pin>", text.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"{PinOf(_authority.Issuing.GetECDsaPrivateKey()!)}  CN=Test Issuing CA", text.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("NSPinnedLeafIdentities", text.StandardOutput, StringComparison.Ordinal);
        var report = JsonNode.Parse(json.StandardOutput)!;
        Assert.Equal((own, other), ((string?)report["certificates"]![0]!["pin"], (string?)report["backupPin"]));
        Assert.Contains((string)report["android"]!, text.StandardOutput, StringComparison.Ordinal);
        Assert.Contains((string)report["ios"]!, text.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task App_is_pinned_to_nothing_that_does_not_verify()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = TlsListener.Start(certificate, _authority.Issuing);

        var run = await RunAsync(server, "--backup-key", Backup);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(PinOf(certificate.GetECDsaPrivateKey()!), run.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("The chain does not verify here: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("pin-set", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public async Task Address_that_cannot_be_used_is_named_in_a_sentence()
    {
        var nobody = $"https://127.0.0.1:{FreePort.Next()}";

        var wrong = await CommandRun.RunAsync(["pins", "http://updates.example.com"], cancellationToken: Cancellation);
        var silent = await CommandRun.RunAsync(["pins", nobody], cancellationToken: Cancellation);

        Assert.Equal((1, "'http://updates.example.com' is not an address such as https://updates.example.com."), (wrong.ExitCode, wrong.Output.Trim()));
        Assert.Equal(1, silent.ExitCode);
        Assert.StartsWith($"{nobody["https://".Length..]} cannot be reached: ", silent.Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Task<CommandRun> RunAsync(TlsListener server, params string[] options) =>
        CommandRun.RunAsync(["pins", server.Address.ToString(), .. options], cancellationToken: Cancellation);

    private static string PinOf(ECDsa key) => Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
}
