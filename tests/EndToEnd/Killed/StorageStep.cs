using System.Text.RegularExpressions;
using Serverless.Device;
using Serverless.Tests.Support.Faults;
using Xunit.Sdk;

namespace Serverless.Tests.EndToEnd.Killed;

/// <summary>One write of the server's work on an app, in a form that names the same write in the work on another app.</summary>
/// <param name="Name">The operation, without the app, digests and message ids.</param>
/// <param name="Occurrence">Writes of one name are counted from 1.</param>
internal sealed partial record StorageStep(string Name, int Occurrence)
{
    /// <summary>The steps among these requests. What the server also does while it waits is none: renewing the lease of a message, and timers.</summary>
    public static IReadOnlyList<StorageStep> Among(IEnumerable<StorageRequest> requests, string app)
    {
        var occurrences = new Dictionary<string, int>();
        return [.. requests.Where(IsStep).Select(request => NameOf(request, app)).Select(name =>
            new StorageStep(name, occurrences[name] = occurrences.GetValueOrDefault(name) + 1))];
    }

    /// <summary>A predicate that finds this step in the work on the app, for one use.</summary>
    public Func<StorageRequest, bool> In(string app)
    {
        var seen = 0;
        return request => IsStep(request) && NameOf(request, app) == Name && ++seen == Occurrence;
    }

    /// <summary>Runs a check, and says in its failure which step the server was killed at.</summary>
    public async Task RequireAsync(Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (Exception failure) when (failure is IAssertionException or TimeoutException or InvalidOperationException or HarmfulAnswerException)
        {
            throw new XunitException($"Killed at {this}: {failure.Message}", failure);
        }
    }

    public override string ToString() => Occurrence == 1 ? Name : $"{Name} (no. {Occurrence})";

    private static bool IsStep(StorageRequest request) => request.IsWrite
        && !(request is { Service: StorageService.Queue, Method: "PUT" } && request.Path.Contains("/messages/", StringComparison.Ordinal))
        && !request.Path.StartsWith("serverless-host/timers/", StringComparison.Ordinal);

    private static string NameOf(StorageRequest request, string app) =>
        MessageId().Replace(Digest().Replace(request.ToString().Replace(app, "{app}", StringComparison.Ordinal), "{digest}"), "/messages/{id}");

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Digest();

    [GeneratedRegex("/messages/.+$")]
    private static partial Regex MessageId();
}
