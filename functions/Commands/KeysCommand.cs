using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Commands.Server;
using Serverless.Hosts.Standalone;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Commands;

/// <summary><c>keys check</c> and <c>keys show</c>, of the custodian that the server's settings choose; and <c>keys</c> as a server sees them.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var check = new Command("check", "Sign a probe with each key of this machine's settings and open it as devices do.");
        check.SetAction((_, cancellation) => RunAsync(CheckAsync, cancellation));
        var show = new Command("show", "Print the public keys of this machine's settings, ready for the app's capacitor.config.");
        show.SetAction((_, cancellation) => RunAsync(ShowAsync, cancellation));
        var keys = new Command("keys", "The keys that releases are signed with.") { check, show };
        foreach (var command in KeyCommands.Create())
        {
            keys.Add(command);
        }

        return keys;
    }

    private static async Task<int> RunAsync(Func<IServiceProvider, CancellationToken, Task<int>> command, CancellationToken cancellation)
    {
        var configuration = new ConfigurationManager();
        configuration.AddLocalSettings([]);
        LocalConfiguration.Complete(configuration);
        LocalConfiguration.UseLocalStorage(configuration);

        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddStorageClients()
            .AddSigning()
            .BuildServiceProvider();
        return await command(services, cancellation);
    }

    private static async Task<int> CheckAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var custodian = services.GetRequiredService<IOptions<SigningOptions>>().Value.Custodian;
        var exitCode = ExitCode.Done;
        foreach (var key in await services.GetRequiredService<ICustodian>().GetKeysAsync(cancellation))
        {
            var check = await KeyProbe.RunAsync(key, cancellation);
            await Console.Out.WriteLineAsync($"""
                Key {check.KeyId}, custodian {custodian}
                  plugin  {check.RawFault ?? "signs, and devices will open it"}
                  RS256   {check.DigestFault ?? "signs, and it verifies"}
                """);
            exitCode = check.IsSound ? exitCode : ExitCode.Rejected;
        }

        return exitCode;
    }

    private static async Task<int> ShowAsync(IServiceProvider services, CancellationToken cancellation)
    {
        foreach (var key in await services.GetRequiredService<ICustodian>().GetKeysAsync(cancellation))
        {
            await Console.Out.WriteLineAsync($"\"publicKey\": \"{key.PublicKey.Pem.ReplaceLineEndings("\\n")}\"");
        }

        return ExitCode.Done;
    }
}
