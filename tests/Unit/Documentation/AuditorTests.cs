using System.Diagnostics;
using Serverless.Tests.Support;
using Serverless.Tests.Unit.Releases.Documents;

namespace Serverless.Tests.Unit.Documentation;

/// <summary>The README's lines for auditors do what it says, where there are a shell and openssl to run them.</summary>
public sealed class AuditorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-auditor-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Auditor_verifies_and_reads_a_document()
    {
        Assert.SkipUnless(IsInstalled("bash") && IsInstalled("openssl"), "There is no bash or no openssl.");

        var output = await RunAsync(DocumentVectors.Jws);

        Assert.Equal($"Verified OK\n{DocumentVectors.Payload}", output);
    }

    [Fact]
    public async Task Auditor_sees_that_a_document_was_changed()
    {
        Assert.SkipUnless(IsInstalled("bash") && IsInstalled("openssl"), "There is no bash or no openssl.");

        var output = await RunAsync(DocumentVectors.Jws.Replace("eyJhcHAi", "eyJhcHEi", StringComparison.Ordinal));

        Assert.StartsWith("Verification failure", output, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Everything after the line that asks a server for the key.</summary>
    private static string Script()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var section = readme[readme.IndexOf("### Release documents", StringComparison.Ordinal)..];
        var lines = section.Split("```")[1].Split('\n');
        return string.Join('\n', lines.Skip(1).Where(line => !line.StartsWith("curl", StringComparison.Ordinal)));
    }

    private async Task<string> RunAsync(string jws)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "release.jws"), jws, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "key.pem"), SignatureVectors.PublicKey, Cancellation);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", Script()])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = shell.StandardError.ReadToEndAsync(Cancellation);
        var output = await shell.StandardOutput.ReadToEndAsync(Cancellation);
        await shell.WaitForExitAsync(Cancellation);
        await errors;
        return output;
    }
}
