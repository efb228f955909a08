using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Serverless.Tests.Support;

namespace Serverless.Tests.Dashboard;

/// <summary>
/// When the run is over: each question that the dashboard asks before it acts was answered with its verb, and none was asked that its files do not hold. Of a
/// run of some of the tests it says nothing. Its failure is that of the assembly's clean-up.
/// </summary>
public sealed partial class EveryActIsPressed : IAsyncLifetime
{
    private static readonly ConcurrentDictionary<string, bool> Walks = new();
    private static readonly ConcurrentDictionary<string, bool> Answered = new();

    /// <summary>A test opens the dashboard.</summary>
    public static void Walk() => Walks[TestContext.Current.TestMethod!.MethodName] = true;

    /// <param name="question">The title of a dialog whose verb is pressed.</param>
    public static void Answer(string question) => Answered[question] = true;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        var tests = typeof(EveryActIsPressed).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<ChromiumFactAttribute>() is not null);
        if (tests.All(test => Walks.ContainsKey(test.Name)))
        {
            var questions = Questions();
            Assert.Empty(questions.Where(question => !Answered.Keys.Any(question.IsMatch)).Select(question => $"No test presses: {question}"));
            Assert.Empty(Answered.Keys.Where(asked => !questions.Any(question => question.IsMatch(asked))).Select(asked => $"Begin this with a capital and end it with a question mark: {asked}"));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What the titles of dialogs look like: texts that begin with a capital and end with a question mark.</summary>
    private static Regex[] Questions() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "functions", "Dashboard", "Files"), "*.js", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not "confirm.js" && Path.GetFileName(Path.GetDirectoryName(file)) is not "vendor")
            .SelectMany(file => Question().Matches(File.ReadAllText(file)))
            .Select(match => new Regex($"^{string.Join(".+", Placeholder().Split(match.Groups["text"].Value).Select(Regex.Escape))}$")),
    ];

    [GeneratedRegex(@"(?<quote>['`])(?<text>[A-Z][^'`\n]*\?)\k<quote>")]
    private static partial Regex Question();

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Placeholder();
}
