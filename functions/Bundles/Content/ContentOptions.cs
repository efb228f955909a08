using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Bundles.Content;

/// <summary>What is done about a bundle that breaks a rule. Refused is by default what should never leave the building, and what no device can run.</summary>
internal sealed class ContentOptions
{
    public const string Section = "Bundles:Content";

    /// <summary>Private keys and tokens.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction Secret { get; set; } = ContentAction.Error;

    /// <summary>Files of tools and machines, such as <c>.env</c> and key stores.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction PrivateFile { get; set; } = ContentAction.Error;

    /// <summary>Source maps, beside scripts or in them.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction SourceMap { get; set; } = ContentAction.Warn;

    /// <summary>Scripts and style sheets that the page names and the bundle lacks.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction MissingReference { get; set; } = ContentAction.Error;

    /// <summary>Images and icons that the page names and the bundle lacks.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction MissingAsset { get; set; } = ContentAction.Warn;

    /// <summary>Scripts from any other origin.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction RemoteScript { get; set; } = ContentAction.Off;

    /// <summary>Scripts from an origin that the channel's previous release takes none from.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction NewScriptOrigin { get; set; } = ContentAction.Warn;

    /// <summary>A page without a content security policy.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction CspMissing { get; set; } = ContentAction.Off;

    /// <summary>A content security policy that allows what that of the channel's previous release does not.</summary>
    [EnumDataType(typeof(ContentAction))]
    public ContentAction CspLoosened { get; set; } = ContentAction.Warn;

    /// <param name="rule">One of <see cref="ContentRule"/>.</param>
    public ContentAction For(string rule) => rule switch
    {
        ContentRule.Secret => Secret,
        ContentRule.PrivateFile => PrivateFile,
        ContentRule.SourceMap => SourceMap,
        ContentRule.MissingReference => MissingReference,
        ContentRule.MissingAsset => MissingAsset,
        ContentRule.RemoteScript => RemoteScript,
        ContentRule.NewScriptOrigin => NewScriptOrigin,
        ContentRule.CspMissing => CspMissing,
        ContentRule.CspLoosened => CspLoosened,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule."),
    };
}

[OptionsValidator]
internal sealed partial class ContentOptionsValidator : IValidateOptions<ContentOptions>;
