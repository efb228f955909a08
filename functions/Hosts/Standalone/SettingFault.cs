using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone;

/// <summary>Names the setting in what the framework says about a broken one; it knows only property names and never says the section.</summary>
internal static partial class SettingFault
{
    /// <summary>Of an options class, by convention.</summary>
    private const string Section = nameof(Section);

    public static string Explain(OptionsValidationException invalid)
    {
        var section = invalid.OptionsType.GetField(Section)?.GetRawConstantValue();
        return string.Join(Environment.NewLine, invalid.Failures.Select(failure => FrameworkRule().Match(failure) is { Success: true } rule
            ? $"{section}:{rule.Groups["member"]} {rule.Groups["rule"]}"
            : MemberPrefix().Replace(failure, "")));
    }

    /// <returns>The sentence, or null when the fault is not about a value of the wrong type.</returns>
    public static string? Explain(InvalidOperationException fault) => Unconvertible().Match(fault.Message) is { Success: true } value
        ? $"{value.Groups["setting"]} is not a {value.Groups["type"]}."
        : null;

    // The generated validators drop an ErrorMessage beside a Range, and keep others behind the member's name.
    [GeneratedRegex(@"\A(?<member>\w+): The field \w+\.\w+ (?<rule>.+)\z")]
    private static partial Regex FrameworkRule();

    [GeneratedRegex(@"\A\w+: ")]
    private static partial Regex MemberPrefix();

    // The value stays out of the sentence: it may be a secret in the wrong place.
    [GeneratedRegex(@"\AFailed to convert configuration value '.*' at '(?<setting>[^']+)' to type '(?:System\.)?(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex Unconvertible();
}
