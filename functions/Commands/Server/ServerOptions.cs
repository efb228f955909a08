using System.CommandLine;

namespace Serverless.Commands.Server;

/// <summary>Options that mean the same in every command over the API.</summary>
internal static class ServerOptions
{
    public static readonly Option<string?> Address = new("--server")
    {
        Description = $"The server, such as https://updates.example.com; otherwise {ServerAddress.Variable}, or http://localhost:7071.",
    };

    public static readonly Option<string?> TokenFile = new("--token-file") { Description = $"A file with the token; otherwise the variable {ServerToken.Variable}." };

    public static readonly Option<string?> Audience = new("--audience") { Description = "For whom the token of a GitHub workflow is made; the server's address unless its settings say otherwise." };

    public static readonly Option<bool> Json = new("--json") { Description = "Print the answers of the API as they are, one a line." };

    public static readonly Option<string> App = new("--app") { Description = "App id, such as com.example.app.", Required = true };

    public static readonly Option<int?> Limit = new("--limit") { Description = "Entries of a page, from 1 to 100." };

    public static readonly Option<bool> All = new("--all") { Description = "Every page." };

    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do it without asking." };

    public static readonly Option<bool> DryRun = new("--dry-run") { Description = "Tell what would happen, and change nothing." };

    public static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the ledger." };

    public static readonly Option<string> NeededReason = new("--reason") { Description = "Why, for the ledger.", Required = true };
}
