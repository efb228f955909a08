using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Hosts.Standalone;
using Spectre.Console;

namespace Serverless.Commands.Server;

/// <summary>One run of a command over the API: what was asked for, whom to ask, and where to say it.</summary>
internal sealed class ServerCall(ParseResult line, ServerClient server, IAnsiConsole console, TextReader? answers)
{
    // As the API writes it: one line, so that a script can read line by line.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ServerClient Server => server;

    public bool IsDryRun => line.GetValue(ServerOptions.DryRun);

    /// <summary><c>apps/{app}</c>, of the app that the command is about.</summary>
    public string App => $"apps/{Escaped(ServerOptions.App)}";

    public T? Get<T>(Option<T> option) => line.GetValue(option);

    public T Get<T>(Argument<T> argument) => line.GetRequiredValue(argument);

    /// <summary>A value as a part of a path.</summary>
    public string Escaped(Option<string> option) => Uri.EscapeDataString(line.GetRequiredValue(option));

    /// <inheritdoc cref="Escaped(Option{string})"/>
    public string Escaped(Argument<string> argument) => Uri.EscapeDataString(line.GetRequiredValue(argument));

    /// <summary>An answer with members, as the API gave it or for people.</summary>
    public int Show(JsonObject answer)
    {
        if (line.GetValue(ServerOptions.Json))
        {
            WriteJson(answer);
        }
        else
        {
            JsonText.WriteMembers(console, answer);
        }

        return ExitCode.Done;
    }

    /// <summary>A list, page by page as far as it is asked for.</summary>
    /// <param name="path">Of the list.</param>
    /// <param name="member">Which member of the answer holds the rows.</param>
    /// <param name="columns">What people see of a row.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> ListAsync(string path, string member, IReadOnlyList<string> columns, CancellationToken cancellation)
    {
        var rows = new JsonArray();
        for (string? next = null; ;)
        {
            var answer = (await server.ReadAsync(Query.On(path, ("after", next)), cancellation)).Body;
            next = (string?)answer["next"];
            if (line.GetValue(ServerOptions.Json))
            {
                WriteJson(answer);
            }
            else
            {
                foreach (var row in answer[member]!.AsArray())
                {
                    rows.Add(row?.DeepClone());
                }
            }

            if (next is null || !line.GetValue(ServerOptions.All))
            {
                break;
            }
        }

        if (!line.GetValue(ServerOptions.Json))
        {
            JsonText.WriteTable(console, rows, columns);
        }

        return ExitCode.Done;
    }

    /// <summary>Says what is about to happen and asks whether it shall.</summary>
    /// <param name="question">A sentence that names the act and what it is done to.</param>
    /// <returns>False when somebody said no.</returns>
    /// <exception cref="StartupException">There is nobody to ask.</exception>
    public async Task<bool> ConfirmAsync(string question)
    {
        if (line.GetValue(ServerOptions.Yes))
        {
            return true;
        }

        if (answers is null)
        {
            throw new StartupException($"{question} There is nobody to ask here: add --yes, and it is done.");
        }

        await line.InvocationConfiguration.Error.WriteAsync($"{question} [y/N] ");
        return (await answers.ReadLineAsync())?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>
    /// Changes what was shown: reads it, tells what would happen where the API can tell, asks, and sends the change with the ETag of what was read.
    /// </summary>
    /// <param name="question">A sentence that names the act and what it is done to.</param>
    /// <param name="shown">The path of what is changed; null where there is nothing to show, or no ETag.</param>
    /// <param name="method">How the change is sent.</param>
    /// <param name="path">Where to.</param>
    /// <param name="order">The change.</param>
    /// <param name="rehearsal">The same as a dry run; null where the API has none, and then what is changed is shown instead.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> ActAsync(
        string question, string? shown, HttpMethod method, string path, JsonObject? order, Func<string?, Task<JsonObject>>? rehearsal, CancellationToken cancellation) =>
        await ActAsync(question, shown is null ? null : await server.ReadAsync(shown, cancellation), method, path, order, rehearsal, cancellation);

    /// <inheritdoc cref="ActAsync(string, string?, HttpMethod, string, JsonObject?, Func{string?, Task{JsonObject}}?, CancellationToken)"/>
    /// <param name="before">What is changed, by who has read it already to make the order.</param>
    public async Task<int> ActAsync(
        string question, ServerReply? before, HttpMethod method, string path, JsonObject? order, Func<string?, Task<JsonObject>>? rehearsal, CancellationToken cancellation)
    {
        if (rehearsal is not null && (IsDryRun || !line.GetValue(ServerOptions.Yes)))
        {
            Show(await rehearsal(before?.ETag));
        }
        else if (IsDryRun)
        {
            throw new StartupException("The server cannot tell beforehand what this does.");
        }
        else if (before is not null && !line.GetValue(ServerOptions.Yes))
        {
            Show(before.Body);
        }

        if (IsDryRun)
        {
            return ExitCode.Done;
        }

        if (!await ConfirmAsync(question))
        {
            await line.InvocationConfiguration.Error.WriteLineAsync("Nothing was done.");
            return ExitCode.Failed;
        }

        return Show((await server.SendAsync(method, path, order, before?.ETag, cancellation)).Body);
    }

    private void WriteJson(JsonObject answer) => line.InvocationConfiguration.Output.WriteLine(answer.ToJsonString(Plain));
}
