using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Access;
using Serverless.Access.Tokens;
using Serverless.Hosts.Standalone;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Commands;

/// <summary><c>token &lt;name&gt; --scopes …</c>: for whoever may write to the storage account, when nobody has a token that could issue another.</summary>
internal static class TokenCommand
{
    private const string Actor = "command-line";

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Tells the token apart, such as ops-2026: small letters, digits, '.', '_' and '-'." };
        var scopes = new Option<string[]>("--scopes") { Description = $"What its holder may do: {string.Join(", ", ScopeWords.All)}.", Required = true, AllowMultipleArgumentsPerToken = true };
        var apps = new Option<string[]>("--apps") { Description = "The apps it is limited to.", AllowMultipleArgumentsPerToken = true };
        var days = new Option<int>("--days") { Description = "How long it is good for.", DefaultValueFactory = _ => 90 };

        var command = new Command("token", "Issue an API token, by way of the storage account, and print it.") { name, scopes, apps, days };
        command.SetAction((parsed, cancellation) =>
        {
            if (!ScopeWords.TryParse(parsed.GetRequiredValue(scopes), out var granted))
            {
                throw new StartupException($"--scopes must be of {string.Join(", ", ScopeWords.All)}.");
            }

            return RunAsync(new TokenOrder(parsed.GetRequiredValue(name), granted, [.. parsed.GetValue(apps) ?? []], parsed.GetValue(days)), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(TokenOrder order, CancellationToken cancellation)
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
            .AddSingleton<ReleaseCatalog>()
            .AddSingleton<TokenUses>()
            .AddSingleton<ApiTokens>()
            .AddSingleton<TokenAdministration>()
            .BuildServiceProvider();

        var (problem, issued) = order.FindProblem() is { } fault
            ? (fault, null)
            : await services.GetRequiredService<TokenAdministration>().IssueAsync(Actor, order, cancellation);
        if (problem is not null)
        {
            throw new StartupException(problem.Detail);
        }

        await Console.Out.WriteLineAsync(issued!.Token);
        return ExitCode.Done;
    }
}
